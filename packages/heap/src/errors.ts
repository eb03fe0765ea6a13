/**
 * The errors of the heap, and the base of every error that a Sharena package throws.
 *
 * Every error carries a stable `code` to branch on and a message that names the argument, the value and the bound.
 * An error is thrown before anything in the heap has changed.
 */

/**
 * The base of all errors of Sharena. Branch on `code`, or on a subclass.
 *
 * `instanceof SharenaError` goes by the code: it also holds for those that extend RangeError, for errors that came from
 * another thread, and for those of a second copy of this package.
 */
export class SharenaError extends Error {
  /** A stable name of the failure: `ERR_SHARENA_…`. */
  readonly code: string;

  /**
   * @param code - the stable name of the failure, `ERR_SHARENA_…`
   * @param message - what was wrong, with the value and the bound
   * @param options - `cause`, as in `Error`
   */
  constructor(code: string, message: string, options?: ErrorOptions) {
    super(message, options);
    this.code = code;
  }

  /** The class's name. */
  override get name(): string {
    return this.constructor.name;
  }

  /** Goes by the code, see above; for subclasses by the class. */
  static override [Symbol.hasInstance](value: unknown): boolean {
    if (this !== SharenaError) return Function.prototype[Symbol.hasInstance].call(this, value);
    return value instanceof Error && 'code' in value && `${value.code}`.startsWith('ERR_SHARENA_');
  }
}

/** An argument has the wrong type or lies outside its range. Nothing was changed. */
export class InvalidArgumentError extends SharenaError {
  /** The argument's name. */
  readonly argument: string;
  /** The value that was given. */
  readonly value: unknown;

  /**
   * @param argument - the argument's name
   * @param expected - what it should have been, as a noun phrase: `an integer from 0 to 10`
   * @param value - what was given
   */
  constructor(argument: string, expected: string, value: unknown) {
    super('ERR_SHARENA_INVALID_ARGUMENT', `Expected \`${argument}\` to be ${expected}, got ${describe(value)}`);
    this.argument = argument;
    this.value = value;
  }
}

/** An address was given back or looked up that is not the start of a live block of this heap. Nothing was changed. */
export class BadAddressError extends SharenaError {
  /** The address, a byte offset in the heap. */
  readonly address: number;

  /**
   * @param address - the address that was refused
   * @param reason - why, as the end of the sentence "address 0x10 …"
   */
  constructor(address: number, reason: string) {
    super('ERR_SHARENA_BAD_ADDRESS', `address ${hex(address)} ${reason}`);
    this.address = address;
  }
}

/** The address space of a WebAssembly memory. */
const MOST_BYTES = 2 ** 32;

/** The heap has no room for a request. The message says how much was asked and how much is free. */
export class HeapExhaustedError extends SharenaError {
  /** Bytes that were asked for. */
  readonly requested: number;
  /** Bytes in free pages when the request failed; they may lie in pieces. */
  readonly available: number;

  /**
   * @param requested - bytes that were asked for
   * @param available - bytes in free pages
   * @param options - `cause`, as in `Error`
   */
  constructor(requested: number, available: number, options?: ErrorOptions) {
    const advice = requested < MOST_BYTES ? 'create the heap with a larger `reserve`' : 'no heap has more than 4 GiB';
    super(
      'ERR_SHARENA_HEAP_EXHAUSTED',
      `no room for ${requested} bytes: ${available} bytes are free, perhaps in pieces; ${advice}`,
      options,
    );
    this.requested = requested;
    this.available = available;
  }
}

/**
 * Debug hooks found that the bytes around a block are not as they left them: something wrote outside a block, or gave a block
 * back twice or through another domain. The call was refused and changed nothing; what wrote there remains to be found.
 */
export class MemoryCorruptionError extends SharenaError {
  /** The domain that was called: `raw`, `mem` or `obj`. */
  readonly domain: string;
  /** The address that it was called with. */
  readonly address: number;
  /** What is wrong: `bad trailing pad byte`, for example. */
  readonly reason: string;
  /** A dump of the block, several lines. */
  readonly report: string;

  /**
   * @param domain - the domain that was called
   * @param method - its method
   * @param address - the address that it was called with
   * @param reason - what is wrong
   * @param report - the dump of the block
   */
  constructor(domain: string, method: string, address: number, reason: string, report: string) {
    super('ERR_SHARENA_MEMORY_CORRUPTION', `${domain}.${method}: ${reason}, block at ${hex(address)}`);
    this.domain = domain;
    this.address = address;
    this.reason = reason;
    this.report = report;
  }
}

/** A handle or a memory does not belong to a heap that this version of the package can read. */
export class IncompatibleHeapError extends SharenaError {
  /** @param reason - what differs */
  constructor(reason: string) {
    super('ERR_SHARENA_INCOMPATIBLE_HEAP', reason);
  }
}

/** A value for a message: strings quoted, numbers as they are, the rest by type. */
export function describe(value: unknown): string {
  if (typeof value === 'string') return JSON.stringify(value);
  if (typeof value === 'number' || typeof value === 'bigint' || typeof value === 'boolean') return `${value}`;
  if (value === null || value === undefined) return `${value}`;
  return `a value of type ${Array.isArray(value) ? 'array' : typeof value}`;
}

/** An address as messages print it. */
export function hex(address: number): string {
  return Number.isInteger(address) && address >= 0 ? `0x${address.toString(16)}` : describe(address);
}
