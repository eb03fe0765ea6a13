/** The second inputs of a run: decoded once, held while it lasts, and shared by all its images. */
import { InvalidArgumentError } from '@sharena/heap';
import type { ImageStore, SharedImage } from '@sharena/imaging';
import { type PreparedInput, prepareOperands, type Source } from './inputs.ts';
import type { Plan, Step } from './plan.ts';
import { bindOperands, bindSteps, namedOperands, type Operand } from './steps/operands.ts';
import type { ImageAnswer, TaskInput } from './tasks.ts';

/** Has a plan run on one input. */
export type RunPlan = (plan: Plan, input: PreparedInput) => Promise<ImageAnswer>;

/** The images of a run's operands. */
export class RunOperands {
  readonly #store: ImageStore;
  readonly #plan: Plan;
  readonly #sources: Readonly<Record<string, TaskInput>>;
  readonly #images: Map<Operand, SharedImage> = new Map();

  /** @throws {InvalidArgumentError} when a source is none of the kinds */
  constructor(store: ImageStore, plan: Plan, sources: Readonly<Record<string, Source>>) {
    this.#store = store;
    this.#plan = plan;
    this.#sources = prepareOperands(sources, 'inputs');
  }

  /** Makes the images, the inner ones of operands in operands first. @throws what went wrong: the run cannot begin */
  async prepare(run: RunPlan): Promise<void> {
    for (const operand of namedOperands(this.#plan).reverse()) {
      const task = this.#sourceOf(operand, {});
      if (!task || this.#images.has(operand)) continue;
      const steps = bindSteps(operand.steps, (inner, bound) => this.#bind(inner, bound, {}));
      const name = 'encoded' in task ? task.encoded.name : (operand.input ?? '');
      const answer = await run({ steps, output: { kind: 'image' } }, { task, name, files: {}, operands: {} });
      const [{ image }] = answer.outputs;
      if (image) this.#images.set(operand, this.#store.takeOver(image));
    }
  }

  /** The plan for one input, which may have operands of its own. @throws {InvalidArgumentError} when one is missing */
  bind(plan: Plan, { operands }: PreparedInput): Plan {
    return bindOperands(plan, (operand, steps) => this.#bind(operand, steps, operands));
  }

  /** Gives the images back. */
  release(): void {
    for (const image of this.#images.values()) if (image.isOpen) image.release();
    this.#images.clear();
  }

  #bind(operand: Operand, steps: readonly Step[], own: Readonly<Record<string, TaskInput>>): Operand {
    const { input = '' } = operand;
    const image = this.#images.get(operand);
    if (image && !Object.hasOwn(own, input)) return { input, steps: [], bound: { image: image.handle } };
    const bound = this.#sourceOf(operand, own);
    if (bound) return { input, steps, bound };
    const names = Object.keys({ ...this.#sources, ...own }).join(', ') || 'none';
    throw new InvalidArgumentError(
      'inputs',
      `one with the second input ${input} of the plan (there are: ${names})`,
      undefined,
    );
  }

  #sourceOf({ input = '' }: Operand, own: Readonly<Record<string, TaskInput>>): TaskInput | undefined {
    if (Object.hasOwn(own, input)) return own[input];
    return Object.hasOwn(this.#sources, input) ? this.#sources[input] : undefined;
  }
}
