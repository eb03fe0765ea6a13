// Writes ../sharpness.onnx: how sharp an image is, by the energy of its Laplacian, as autofocus does it. Planes of red, green and blue become one of
// grey, that one of differences between each pixel and its four neighbours, and of their squares the mean is taken.
import { writeFileSync } from 'node:fs';
import onnx from 'onnx-proto';

const { ModelProto, TensorProto, AttributeProto } = onnx.onnx;
const FLOAT = TensorProto.DataType.FLOAT;

const weights = (name, dims, values) => {
  return { name, dims, dataType: FLOAT, rawData: new Uint8Array(new Float32Array(values).buffer) };
};
const value = (name, ...dims) => {
  const dim = dims.map((size) => (typeof size === 'number' ? { dimValue: size } : { dimParam: size }));
  return { name, type: { tensorType: { elemType: FLOAT, shape: { dim } } } };
};
const model = ModelProto.create({
  irVersion: 8,
  opsetImport: [{ domain: '', version: 13 }],
  graph: {
    name: 'sharpness',
    input: [value('image', 'batch', 3, 'height', 'width')],
    initializer: [
      weights('luma', [1, 3, 1, 1], [0.299, 0.587, 0.114]),
      weights('laplacian', [1, 1, 3, 3], [0, 1, 0, 1, -4, 1, 0, 1, 0]),
    ],
    node: [
      { opType: 'Conv', input: ['image', 'luma'], output: ['grey'] },
      { opType: 'Conv', input: ['grey', 'laplacian'], output: ['edges'] },
      { opType: 'Mul', input: ['edges', 'edges'], output: ['energy'] },
      {
        opType: 'ReduceMean',
        input: ['energy'],
        output: ['sharpness'],
        attribute: [
          { name: 'axes', type: AttributeProto.AttributeType.INTS, ints: [1, 2, 3] },
          { name: 'keepdims', type: AttributeProto.AttributeType.INT, i: 0 },
        ],
      },
    ],
    output: [value('sharpness', 'batch')],
  },
});
writeFileSync(new URL('../sharpness.onnx', import.meta.url), ModelProto.encode(model).finish());
