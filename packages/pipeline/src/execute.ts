/**
 * Executes plans: stage after stage, branch after branch, whoever computes the rows, one thread alone or several in strips.
 *
 * Every image that is made on the way has one owner here, which releases it on every path. The image that was given stays as it is unless it is
 * the plan's own.
 */
import type { ImageStore, SharedImage } from '@sharena/imaging';
import { type EncodedOutput, nameWithin, type Output, type TensorOutput } from './outputs.ts';
import type { Plan, Step, TapStep } from './plan.ts';
import type { StageImages } from './steps/bands.ts';
import { type Operand, operandOf } from './steps/operands.ts';
import { reducing } from './steps/reducing.ts';
import { newImage, shapeAfter, shapeOf } from './steps/run.ts';
import { apart, type RowStage, stagesOf, stepsOf } from './steps/stages.ts';
import { isSurveyed, type Survey, type SurveyedStep } from './steps/surveys.ts';
import type { EncodedAnswer, EncodedInput, Files, ImageAnswer, OutputAnswer } from './tasks.ts';
import { newTensor, tensorShape } from './tensor.ts';

/** Who does the work. */
export interface Executor {
  readonly store: ImageStore;
  /** Whether an output may be made while the next branch is computed already. */
  readonly overlaps: boolean;
  /** Throws when the work shall stop. */
  check(): void;
  /** Computes all rows of a stage's target. */
  rows(stage: RowStage, images: StageImages): Promise<void>;
  /** Reads what the step must know off all rows. */
  survey(step: SurveyedStep, image: SharedImage): Promise<Survey>;
  tap(step: TapStep, image: SharedImage): Promise<unknown>;
  decode(input: EncodedInput): Promise<SharedImage>;
  encode(image: SharedImage, output: EncodedOutput, file: string | undefined): Promise<EncodedAnswer>;
  /** Writes all numbers of the image into the target. */
  tensor(output: TensorOutput, image: SharedImage, target: SharedImage): Promise<void>;
}

/** An image on its way through a plan. */
interface Current {
  readonly image: SharedImage;
  /** Whether nobody else looks at its pixels, so that they may be changed. */
  readonly isMine: boolean;
}

/**
 * Executes a plan on an image.
 *
 * @param owned - whether the image is the plan's own: then it is changed and released; else it stays as it is
 * @returns what became of it: images are given away, for the receiver to take over
 */
export async function executePlan(
  executor: Executor,
  plan: Plan,
  image: SharedImage,
  owned: boolean,
  files: Files,
): Promise<ImageAnswer> {
  return new Execution(executor, files).run(plan, image, owned);
}

class Execution {
  readonly #executor: Executor;
  readonly #files: Files;
  readonly #images: { readonly name: string; readonly image: SharedImage }[] = [];
  readonly #outputs: Promise<OutputAnswer>[] = [];
  readonly #taps: Record<string, unknown> = {};

  constructor(executor: Executor, files: Files) {
    this.#executor = executor;
    this.#files = files;
  }

  async run(plan: Plan, image: SharedImage, owned: boolean): Promise<ImageAnswer> {
    try {
      await this.#follow(plan, { image, isMine: owned }, '');
      const outputs = await Promise.all(this.#outputs);
      return { outputs: outputs.map((output) => this.#giveAway(output)), taps: this.#taps };
    } finally {
      await Promise.allSettled(this.#outputs); // they read images that are released now
      for (const { image: kept } of this.#images) if (kept.isOpen) kept.release();
    }
  }

  /** Takes over `current.image` if it is the plan's own. */
  async #follow({ steps, output }: Plan, current: Current, name: string): Promise<void> {
    const reached = await this.#steps(steps, current);
    using image = reached.image;
    if (output.kind !== 'branches') return await this.#deliver(image, output, name); // before the image is released
    const { branches } = output;
    for (const [i, branch] of branches.entries()) {
      // The last one may have the pixels for itself, if no output is still reading them.
      const isLast = i === branches.length - 1 && (branches.length === 1 || !this.#executor.overlaps);
      const isMine = isLast && reached.isMine;
      await this.#follow(branch.plan, { image, isMine }, nameWithin(name, branch));
    }
  }

  async #deliver(image: SharedImage, output: Exclude<Output, { kind: 'branches' }>, name: string): Promise<void> {
    const { width, height } = image;
    this.#executor.check();
    if (output.kind === 'image') {
      this.#images.push({ name, image: this.#executor.store.open(image.handle) });
      this.#outputs.push(Promise.resolve({ name, width, height }));
      return;
    }
    if (output.kind === 'tensor') return this.#deliverTensor(image, output, name);
    const encoding = this.#encode(image, output, name);
    this.#outputs.push(encoding);
    if (this.#executor.overlaps) encoding.catch(() => {});
    else await encoding;
  }

  async #deliverTensor(image: SharedImage, output: TensorOutput, name: string): Promise<void> {
    const { width, height } = image;
    const target = newTensor(this.#executor.store, output, shapeOf(image));
    this.#images.push({ name, image: target });
    await this.#executor.tensor(output, image, target);
    this.#outputs.push(Promise.resolve({ name, width, height, tensor: tensorShape(output, shapeOf(image)) }));
  }

  async #encode(image: SharedImage, output: EncodedOutput, name: string): Promise<OutputAnswer> {
    using held = this.#executor.store.open(image.handle);
    const { width, height } = held;
    return { name, width, height, ...(await this.#executor.encode(held, output, this.#files[name])) };
  }

  #giveAway(output: OutputAnswer): OutputAnswer {
    const kept = this.#images.find(({ name }) => name === output.name);
    return kept ? { ...output, image: kept.image.giveAway() } : output;
  }

  /** The image after the steps: a reference that is the caller's, whether the pixels are or not. */
  async #steps(steps: readonly Step[], given: Current): Promise<Current> {
    let current: Current = given.isMine
      ? given
      : { image: this.#executor.store.open(given.image.handle), isMine: false };
    try {
      for (const planned of stagesOf(steps)) {
        for (const stage of reducing(planned, shapeOf(current.image))) {
          this.#executor.check();
          if (stage.kind === 'rows') current = await this.#stage(stage, current);
          else this.#taps[stage.step.name] = await this.#executor.tap(stage.step, current.image);
        }
      }
      return current;
    } catch (error) {
      if (current.image.isOpen) current.image.release();
      throw error;
    }
  }

  /** Releases the source once its target is there; when something fails it is left to the caller. */
  async #stage(stage: RowStage, { image: source, isMine }: Current): Promise<Current> {
    const known = await this.#surveyed(stage, source);
    const whole = isMine ? known : apart(known);
    const { first } = whole;
    const operands = await this.#openOperands(whole, source);
    try {
      if (first === undefined) {
        await this.#executor.rows(whole, { source, target: source, operands });
        return { image: source, isMine };
      }
      const shape = shapeOf(source);
      const target = newImage(this.#executor.store, first === 'copy' ? shape : shapeAfter(first, shape));
      try {
        await this.#executor.rows(whole, { source, target, operands });
      } catch (error) {
        target.release();
        throw error;
      }
      source.release();
      return { image: target, isMine: true };
    } finally {
      for (const operand of operands) if (operand?.isOpen) operand.release();
    }
  }

  /** The stage with what its first step must know of the image. */
  async #surveyed(stage: RowStage, image: SharedImage): Promise<RowStage> {
    const [step] = stepsOf(stage);
    if (step === 'copy' || !isSurveyed(step)) return stage;
    const known = { ...step, survey: await this.#executor.survey(step, image) };
    this.#executor.check();
    if (stage.first === step) return { ...stage, first: known };
    return { ...stage, inPlace: [known, ...stage.inPlace.slice(1)] };
  }

  /** For each step of a stage its second input, or nothing. */
  async #openOperands(stage: RowStage, source: SharedImage): Promise<(SharedImage | undefined)[]> {
    const opened: (SharedImage | undefined)[] = [];
    try {
      for (const step of stepsOf(stage)) {
        const operand = operandOf(step);
        opened.push(operand && (await this.#openOperand(operand, source)));
      }
      return opened;
    } catch (error) {
      for (const image of opened) image?.release();
      throw error;
    }
  }

  async #openOperand({ bound, steps }: Operand, source: SharedImage): Promise<SharedImage> {
    if (!bound) return (await this.#steps(steps, { image: source, isMine: false })).image;
    if ('image' in bound) {
      using image = this.#executor.store.open(bound.image);
      return (await this.#steps(steps, { image, isMine: false })).image;
    }
    return (await this.#steps(steps, { image: await this.#executor.decode(bound.encoded), isMine: true })).image;
  }
}
