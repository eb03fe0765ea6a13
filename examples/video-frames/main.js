// Plays a film of 60 frames to frames.js in uneven pieces, and looks at what comes back.
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';

const [width, height, toWidth, toHeight, count] = [640, 360, 160, 90, 60];
const program = fileURLToPath(new URL('./frames.js', import.meta.url));
const child = spawn(process.execPath, [program, width, height, toWidth, toHeight].map(String), {
  stdio: ['pipe', 'pipe', 'pipe'],
});
const received = [];
child.stdout.on('data', (chunk) => received.push(chunk));
child.stderr.setEncoding('utf8').on('data', (text) => process.stdout.write(text));

const size = width * height * 3;
const film = Buffer.concat(Array.from({ length: count }, (_, i) => Buffer.alloc(size, 4 * i)));
for (let at = 0; at < film.length; at += 100_003) {
  if (!child.stdin.write(film.subarray(at, at + 100_003))) await once(child.stdin, 'drain');
}
child.stdin.end();
await once(child, 'close');

const frames = Buffer.concat(received);
const grey = Array.from({ length: count }, (_, i) => frames[i * toWidth * toHeight]);
console.log(
  `${frames.length / (toWidth * toHeight)} frames back, in order: ${grey.every((value, i) => value === 4 * i)}`,
);
