/** How a pipeline is measured: what all images took, processor time of all threads, and the most memory that was resident. */
import { answer } from '../run/program.js';

/**
 * Runs `work` once to warm up and once more, and prints what it took for each of `images`. Every thread loads and compiles its code by itself, and
 * with two of them each has half of the work: the first images take half as long again.
 *
 * @param {number} images
 * @param {(images: number) => Promise<void>} work
 */
export async function measureImages(images, work) {
  await work(Math.ceil(images / 2));
  const cpu = process.cpuUsage();
  const begun = performance.now();
  await work(images);
  const elapsed = performance.now() - begun;
  const { user, system } = process.cpuUsage(cpu);
  answer({
    perSecond: (images / elapsed) * 1000,
    processorMs: (user + system) / 1000 / images,
    resident: process.resourceUsage().maxRSS * 1024,
  });
}
