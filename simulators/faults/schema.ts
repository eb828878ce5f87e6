import { z } from 'zod';
import type { SimulatedSystem } from '../simulated-system.ts';

const common = {
  /**
   * The share of requests that get the fault, from 0 to 1. If `operations` is set, it is a share of their requests
   * only.
   */
  rate: z.number().min(0).max(1).default(1),
  /**
   * The operations whose requests may get the fault. Operations are recognized by SOAPAction, or by the content type's
   * `action`. Default: all.
   */
  operations: z.array(z.string()).min(1).optional(),
  /** The maximum number of requests that the fault hits. Default: no maximum. */
  times: z.number().int().min(1).optional(),
  /**
   * A text to include in the system's answer, if there is one. Tests use it to check that a vendor's text doesn't appear
   * elsewhere.
   */
  text: z.string().max(10_000).optional(),
};

/** A duration from 0 to 2^31 - 1 ms, which is the longest time of a timer. */
const milliseconds = (byDefault: number) => z.number().int().min(0).max(0x7fff_ffff).default(byDefault);

/** Whether the request is applied in spite of the fault. The caller doesn't learn this. */
const applied = z.boolean().default(false);
const status = z.number().int().min(200).max(599).default(200);

const kind = <Kind extends string, Options extends z.core.$ZodLooseShape>(name: Kind, options: Options) =>
  z.strictObject({ kind: z.literal(name), ...common, ...options });

const fault = z.discriminatedUnion('kind', [
  /** The request is applied and answered normally, but `delayMs` late. It is applied even if the caller leaves. */
  kind('delay', { delayMs: milliseconds(1_000) }),
  /**
   * There is no answer. The connection is closed after `delayMs`. If `applied` is true, the request is applied at once,
   * and otherwise never.
   */
  kind('hang', { delayMs: milliseconds(60_000), applied }),
  /** The connection is closed before the body is read. The request is not applied. For a closed port use `stop()`. */
  kind('refuse', {}),
  /** The request is read, then the connection is reset. The request is not applied. */
  kind('reset-before', {}),
  /** The request is applied, then the connection is reset without an answer. */
  kind('reset-after', {}),
  /** The answer is an HTML page of a proxy, and quotes the request. `applied` is whether the request is applied. */
  kind('html-page', { status, applied }),
  /** The request is applied. The answer has headers but no body. */
  kind('empty-body', { status }),
  /** The request is applied. Only the first half of the answer is sent, with the content length of this half. */
  kind('cut-off', {}),
  /** The request is applied. The answer is UTF-16 but declares its usual charset, so no decoder can read it. */
  kind('wrong-charset', {}),
  /** The request is applied. The answer has the element name of another operation's response. */
  kind('wrong-element', {}),
  /**
   * The request is applied. The answer is valid, but has `bytes` of white space before its root, and no content length.
   */
  kind('oversized', { bytes: z.number().int().min(1).max(0x1000_0000).default(0x50_0000) }),
  /** The request is applied. The answer is valid, but has a header with nested elements, `levels` deep. */
  kind('deep', { levels: z.number().int().min(1).max(1_000_000).default(10_000) }),
  /** The request is applied. The answer is valid, but arrives one byte every `delayMs`. */
  kind('slow-drip', { delayMs: milliseconds(50) }),
  /**
   * The network delivers the request twice: at once, and `delayMs` later. The caller gets the answer to the first or
   * the second delivery. If the caller leaves, the request is still delivered twice.
   */
  kind('deliver-twice', {
    delayMs: milliseconds(0),
    answer: z.enum(['first', 'second']).default('second'),
    /** Whether the system is too busy to apply the first delivery. */
    busyFirst: z.boolean().default(false),
  }),
  /** The network delays the request: it arrives `delayMs` later, even if the caller leaves. */
  kind('hold-back', { delayMs: milliseconds(1_000) }),
  /**
   * The system accepts the request, and applies it `delayMs` later, even if the caller has left by then. The system does
   * so even if it promises to drop such a late request.
   */
  kind('apply-late', { delayMs: milliseconds(60_000) }),
  /** CIRC closes the session. The request is not applied. Only for CIRC, and never for `Login`. */
  kind('expired-session', {}),
  /** The system reports, in its own form, that it is busy. The request is not applied. */
  kind('busy', {}),
  /** The system reports, in its own form, that it is down for housekeeping. The request is not applied. */
  kind('housekeeping', {}),
  /** The system reports, in its own form, an internal error. The request is not applied. */
  kind('internal', {}),
]);

/** A fault with its defaults filled in. */
export type Fault = z.output<typeof fault>;
/** A fault as it is given to `set` or in a PUT to `/_faults`. Options with defaults may be left out. */
export type FaultRequest = z.input<typeof fault>;
/** Faults of delivery: a request arrives twice, arrives late or is applied late. Nothing is corrupted. */
const deliveryKinds = ['deliver-twice', 'hold-back', 'apply-late'] as const;
type DeliveryKind = (typeof deliveryKinds)[number];
export type FaultKind = Exclude<Fault['kind'], DeliveryKind>;
export type FailureRequest = Extract<FaultRequest, { kind: FaultKind }>;

const isFailure = (kind: Fault['kind']): kind is FaultKind => deliveryKinds.every((one) => one !== kind);
export const FAULT_KINDS: readonly FaultKind[] = fault.options
  .map((option) => option.shape.kind.value)
  .filter(isFailure);

/** Below 2^32. */
const seedSchema = z.number().int().min(0).max(0xffff_ffff).optional();
const planSchema = z.strictObject({ seed: seedSchema, faults: z.array(fault).max(100) });

/** The input is not a valid plan of faults for the system. The message says where it is wrong, and why. */
export class InvalidFaults extends Error {
  override readonly name = 'InvalidFaults';
}

/** The properties of a system on which a plan of faults depends. */
export type FaultySystem = Pick<SimulatedSystem, 'path' | 'operations' | 'hasSessions'>;

/** Parses a plan of faults: `{ seed?, faults }`, or an array of faults. @throws InvalidFaults */
export function parsePlan(input: unknown, system: FaultySystem): z.output<typeof planSchema> {
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
