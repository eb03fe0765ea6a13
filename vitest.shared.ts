// What the tests of all packages have in common. A package's vitest.config.ts is `export default shared(import.meta.url)`.
import { writeFileSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { defineConfig, type ViteUserConfig } from 'vitest/config';
import { BaseSequencer, type Reporter, type TestSpecification } from 'vitest/node';

type TestOptions = NonNullable<ViteUserConfig['test']>;

/**
 * The configuration of one package.
 * @param url of the package's vitest.config.ts
 * @param options the settings in which the package differs
 */
export function shared(url: string, options: TestOptions = {}): ViteUserConfig {
  const root = dirname(fileURLToPath(url));
  const name = basename(root);
  return defineConfig({
    root,
    test: {
      name,
      include: ['test/**/*.test.ts'],
      exclude: ['**/node_modules/**', '**/dist/**'],
      pool: 'forks',
      maxWorkers: 2, // by default one less than there are cores: explorations, which use one, would leave the other idle
      testTimeout: 30_000,
      hookTimeout: 30_000,
      ...reporting(name),
      ...options,
      ...workers(),
    },
  });
}

/**
 * Has the files of these names run before the others, in this order: a long one that is among the last to begin leaves a core idle. On a
 * fresh clone nothing tells vitest how long they take.
 */
export function longestFirst(...names: readonly string[]): typeof BaseSequencer {
  const place = ({ moduleId }: TestSpecification): number => {
    const at = names.indexOf(basename(moduleId, '.test.ts'));
    return at < 0 ? names.length : at;
  };
  return class extends BaseSequencer {
    override async sort(files: TestSpecification[]): Promise<TestSpecification[]> {
      return (await super.sort(files)).sort((a, b) => place(a) - place(b));
    }
  };
}

/** scripts/test.mjs says how many files run at a time in each package when it runs several packages at a time. */
function workers(): TestOptions {
  const count = process.env.SHARENA_TEST_WORKERS;
  return count === undefined ? {} : { maxWorkers: Number(count) };
}

/** scripts/test.mjs and scripts/test-matrix.mjs name a folder: each package leaves its results there. */
function reporting(name: string): TestOptions {
  const folder = process.env.SHARENA_TEST_REPORTS;
  if (folder === undefined) return {};
  return {
    reporters: ['default', 'json', running(join(folder, `${name}.running.json`))],
    outputFile: { json: join(folder, `${name}.json`) },
  };
}

/** Keeps a list of the test files that have started and not ended, to name the one that hangs. */
function running(file: string): Reporter {
  const files = new Set<string>();
  const write = (): void => writeFileSync(file, JSON.stringify([...files]));
  return {
    onTestModuleQueued(module) {
      files.add(module.relativeModuleId);
      write();
    },
    onTestModuleEnd(module) {
      files.delete(module.relativeModuleId);
      write();
    },
  };
}
