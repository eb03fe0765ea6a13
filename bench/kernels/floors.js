/**
 * What the bytes of an operation take alone, read and written without anything done to them, beside Pillow's whole operation: where that is less
 * than two and a half times as long, no kernel is two and a half times as fast.
 *
 * Reading is a load for each cache line, writing is `memory.fill`, and a copy is `memory.copy`.
 */
import { copy, fill } from '@sharena/kernels';

/** Loads between two tests of the loop that reads. */
const TOGETHER = 8;
const LINE = 64;

/** The cases, on the photograph of `makePhoto`, in the form of those of `cases.js`: the floor in the place of ours. */
export function floors({ rgb, l, image, heap }) {
  const { touch, set } = memoryKernels(heap.handle.memory);
  const read = ({ byteOffset, length }) => touch(byteOffset, byteOffset + length);
  const { width, height } = rgb;
  const like = (layout) => image(layout, width, height);
  const filled = (layout) => {
    const made = like(layout);
    fill(made, 0, height, [7]);
    return made;
  };
  const [depth, integers, floats] = ['I;16', 'I', 'F'].map(filled);
  const results = { rgb: like('RGB;24'), l: like('L'), depth: like('I;16'), wide: like('I') };
  const copied = (src, dst) => () => copy(src, dst, 0, height);
  const written = ({ packed }) => set(packed.byteOffset, 0, packed.length);
  const line = rgb.packed.length / height;
  const picked = Array.from({ length: 588 }, (_, y) => {
    const first = line * Math.floor(((y + 0.5) * height) / 588);
    return rgb.packed.subarray(first, first + line);
  });
  return [
    ['resize RGB to 720x588, nearest', 'rows read', () => picked.forEach(read), 'rgb.resize((720, 588), R.NEAREST)'],
    ['reduce RGB by 3', 'read', () => read(rgb.packed), 'rgb.reduce(3)'],
    ['reduce L by 3', 'read', () => read(l.packed), 'l.reduce(3)'],
    [
      'gamma RGB, 2.2',
      'copied',
      copied(rgb, results.rgb),
      'rgb.point([round(255 * (x / 255) ** (1 / 2.2)) for x in range(256)] * 3)',
    ],
    ['flop RGB', 'copied', copied(rgb, results.rgb), 'rgb.transpose(T.FLIP_LEFT_RIGHT)'],
    ['getBbox of an empty RGB', 'read', () => read(rgb.packed), 'empty.getbbox()'],
    ['linear I;16', 'copied', copied(depth, results.depth), 'depth.point(lambda x: x * 0.7 + 12)'],
    ...[
      ['I', 'integers', integers],
      ['F', 'floats', floats],
    ].flatMap(([layout, python, src]) => [
      [
        `resize ${layout} to 720x588, bilinear`,
        'read',
        () => read(src.packed),
        `${python}.resize((720, 588), R.BILINEAR)`,
      ],
      [`reduce ${layout} by 3`, 'read', () => read(src.packed), `${python}.reduce(3)`],
      [`flop ${layout}`, 'copied', copied(src, { ...results.wide, layout }), `${python}.transpose(T.FLIP_LEFT_RIGHT)`],
      [
        `linear ${layout}`,
        'copied',
        copied(src, { ...results.wide, layout }),
        `${python}.point(lambda x: x * 0.7 + 12)`,
      ],
      [`${layout} to L`, 'read, written', () => [read(src.packed), written(results.l)], `${python}.convert("L")`],
      [`L to ${layout}`, 'read, written', () => [read(l.packed), written(results.wide)], `l.convert("${layout}")`],
    ]),
  ].map(([operation, what, ours, pillow]) => ({ name: `${operation}: ${what}`, ours, pillow }));
}

/**
 * Two functions on a memory: `touch(from, end)` loads a byte of each cache line, and a few behind the end; `set(address, value, bytes)` is
 * `memory.fill`. In the binary format of WebAssembly, since they are the only ones here.
 */
function memoryKernels(memory) {
  const text = (name) => [name.length, ...Buffer.from(name)];
  const section = (id, ...parts) => [id, parts.flat().length, ...parts.flat()];
  const body = (...parts) => [parts.flat().length + 2, 0, ...parts.flat(), 0x0b];
  const number = (value) => (value < 128 ? [value] : [128 | (value & 127), value >> 7]);
  const [i32, local, drop] = [0x7f, 0x20, 0x1a];
  const loads = Array.from({ length: TOGETHER }, (_, i) => [local, 0, 0x2d, 0, ...number(i * LINE), drop]).flat();
  const step = [local, 0, 0x41, ...number(TOGETHER * LINE), 0x6a, 0x22, 0];
  const bytes = [
    [0x00, 0x61, 0x73, 0x6d, 1, 0, 0, 0],
    section(1, 2, [0x60, 2, i32, i32, 0], [0x60, 3, i32, i32, i32, 0]),
    // A shared memory of 1 to 65536 pages.
    section(2, 1, text('env'), text('memory'), [2, 3, 1, 0x80, 0x80, 4]),
    section(3, 2, 0, 1),
    section(7, 2, text('touch'), [0, 0], text('set'), [0, 1]),
    // loop { loads; from += step; if (from < end) continue; }
    section(
      10,
      2,
      body(0x03, 0x40, loads, step, [local, 1, 0x49, 0x0d, 0, 0x0b]),
      body(local, 0, local, 1, local, 2, [0xfc, 11, 0]),
    ),
  ].flat();
  return new WebAssembly.Instance(new WebAssembly.Module(Uint8Array.from(bytes)), { env: { memory } }).exports;
}
