import { z } from 'zod';
import type { SimulatedSystem } from '../simulated-system.ts';

/** The options of every fault. */
const common = {
  /** The share of requests that meet it, 0 to 1: of all requests, or of those for `operations`. */
  rate: z.number().min(0).max(1).default(1),
  /** Recognised by SOAPAction, or by the content type's `action`. Default: all. */
  operations: z.array(z.string()).min(1).optional(),
  /** The fault ends after this many requests. Default: never. */
  times: z.number().int().min(1).optional(),
  /** Text for the system's answer, if there is one. Tests check that it appears nowhere it must not. */
  text: z.string().max(10_000).optional(),
};

/** 0 to 2^31 - 1: the longest that a timer takes. */
const milliseconds = (byDefault: number) => z.number().int().min(0).max(0x7fff_ffff).default(byDefault);

/** Whether the request is applied all the same. The caller can't know. */
const applied = z.boolean().default(false);
const status = z.number().int().min(200).max(599).default(200);

const kind = <Kind extends string, Options extends z.core.$ZodLooseShape>(name: Kind, options: Options) =>
  z.strictObject({ kind: z.literal(name), ...common, ...options });

const fault = z.discriminatedUnion('kind', [
  /** Applied and answered normally, but `delayMs` later. A caller that leaves cancels nothing. */
  kind('delay', { delayMs: milliseconds(1_000) }),
  /** No answer; the connection is closed after `delayMs`. Applied before that, or never. */
  kind('hang', { delayMs: milliseconds(60_000), applied }),
  /** The connection is closed before the body is read. Never applied. For a closed port use `stop()`. */
  kind('refuse', {}),
  /** The request is read, then the connection is reset; never applied. */
  kind('reset-before', {}),
  /** Applied, then the connection is reset without an answer. */
  kind('reset-after', {}),
  /** An HTML page of the proxy in front, which quotes the request. Applied or not. */
  kind('html-page', { status, applied }),
  /** Applied; the answer has its headers but no body. */
  kind('empty-body', { status }),
  /** Applied; the first half of the answer, with a content length as if it were complete. */
  kind('cut-off', {}),
  /** Applied; the answer is UTF-16 but declares its usual charset, so no decoder can read it. */
  kind('wrong-charset', {}),
  /** Applied; the answer has the element name of another operation's response. */
  kind('wrong-element', {}),
  /** Applied; a valid answer with `bytes` of white space before its root, without a content length. */
  kind('oversized', { bytes: z.number().int().min(1).max(0x1000_0000).default(0x50_0000) }),
  /** Applied; a valid answer with a header of nested elements, `levels` deep. */
  kind('deep', { levels: z.number().int().min(1).max(1_000_000).default(10_000) }),
  /** Applied; a valid answer, sent one byte every `delayMs`. */
  kind('slow-drip', { delayMs: milliseconds(50) }),
  /**
   * The network delivers the request twice: at once, and `delayMs` later. The caller gets the answer to the first or to the
   * second delivery. A caller that leaves cancels neither.
   */
  kind('deliver-twice', {
    delayMs: milliseconds(0),
    answer: z.enum(['first', 'second']).default('second'),
  }),
  /** The network holds the request back: it arrives `delayMs` later. A caller that leaves cancels nothing. */
  kind('hold-back', { delayMs: milliseconds(1_000) }),
  /** CIRC only: the session is closed. Not applied. `Login` never meets it. */
  kind('expired-session', {}),
  /** The system reports, in its own way, that it is busy. Not applied. */
  kind('busy', {}),
  /** The system reports, in its own way, that it is down for housekeeping. Not applied. */
  kind('housekeeping', {}),
  /** The system reports, in its own way, an internal error. Not applied. */
  kind('internal', {}),
]);

/** A fault, with its defaults filled in. */
export type Fault = z.output<typeof fault>;
/** A fault as it is set: defaults may be left out. */
export type FaultRequest = z.input<typeof fault>;
/** Faults that corrupt nothing: a request arrives twice, or late. */
type DeliveryKind = 'deliver-twice' | 'hold-back';
/** Faults that make a request fail. */
export type FaultKind = Exclude<Fault['kind'], DeliveryKind>;
export type FailureRequest = Extract<FaultRequest, { kind: FaultKind }>;

const isFailure = (kind: Fault['kind']): kind is FaultKind =>
  kind !== 'deliver-twice' && kind !== 'hold-back';
export const FAULT_KINDS: readonly FaultKind[] = fault.options
  .map((option) => option.shape.kind.value)
  .filter(isFailure);

/** Below 2^32. */
const seedSchema = z.number().int().min(0).max(0xffff_ffff).optional();
const planSchema = z.strictObject({ seed: seedSchema, faults: z.array(fault).max(100) });

/** The input is not a valid plan of faults for the system. The message says where and why. */
export class InvalidFaults extends Error {
  override readonly name = 'InvalidFaults';
}

/** Parses a plan of faults: `{ seed?, faults }`, or an array of faults. @throws InvalidFaults */
export function parsePlan(input: unknown, system: SimulatedSystem): z.output<typeof planSchema> {
  const result = planSchema.safeParse(Array.isArray(input) ? { faults: input } : input);
  if (!result.success) {
    const wrong = result.error.issues.map(({ path, message }) => `${path.join('.') || 'body'}: ${message}`);
    throw new InvalidFaults(wrong.join('; '));
  }
  for (const [index, one] of result.data.faults.entries()) {
    if (one.kind === 'expired-session' && !system.hasSessions) {
      throw new InvalidFaults(`faults.${index}.kind: ${system.path} has no sessions that could expire`);
    }
    const unknown = one.operations?.find((name) => !system.operations.has(name));
    if (unknown === undefined) {
      continue;
    }
    const operationNames = [...system.operations.keys()].join(', ');
    throw new InvalidFaults(
      `faults.${index}.operations: ${unknown} is not an operation of ${system.path}, which has ${operationNames}`,
    );
  }
  return result.data;
}
