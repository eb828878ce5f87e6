import { z } from 'zod';
import type { Vendor } from '../vendor.ts';

/** What each fault takes beside its kind. */
const common = {
  /** The part of the requests that meets it, 0 to 1; of those of `operations` where given. */
  rate: z.number().min(0).max(1).default(1),
  /** Told by SOAPAction, or by the content type's `action`; all unless given. */
  operations: z.array(z.string()).min(1).optional(),
  /** After so many requests it is over. */
  times: z.number().int().min(1).optional(),
  /** What the system says with it, where it says anything: tests look for it where it must not turn up. */
  text: z.string().max(10_000).optional(),
};

/** Timers take no more. */
const milliseconds = (byDefault: number) => z.number().int().min(0).max(0x7fff_ffff).default(byDefault);

/** Whether the request is applied all the same: a caller can't tell. */
const applied = z.boolean().default(false);
const status = z.number().int().min(200).max(599).default(200);

const kind = <Kind extends string, Options extends z.core.$ZodLooseShape>(name: Kind, options: Options) =>
  z.strictObject({ kind: z.literal(name), ...common, ...options });

const fault = z.discriminatedUnion('kind', [
  /** Applied and answered as ever, only `delayMs` later. A caller that leaves meanwhile cancels nothing. */
  kind('delay', { delayMs: milliseconds(1_000) }),
  /** No answer; the connection is closed after `delayMs`. Applied before, or never. */
  kind('hang', { delayMs: milliseconds(60_000), applied }),
  /** The connection is closed before the body is read; never applied. A port that is closed is `stop()`. */
  kind('refuse', {}),
  /** The request is read, then the connection is reset; never applied. */
  kind('reset-before', {}),
  /** Applied, then the connection is reset without an answer. */
  kind('reset-after', {}),
  /** The page of the proxy in front, which quotes the request. Applied or not. */
  kind('html-page', { status, applied }),
  /** Applied; all of the answer but its body comes. */
  kind('empty-body', { status }),
  /** Applied; the first half of the answer, as if it were the whole. */
  kind('cut-off', {}),
  /** Applied; the answer in UTF-16 where it says what it always says: no decoder can take it for sound. */
  kind('wrong-charset', {}),
  /** Applied; the answer under the name of another operation's. */
  kind('wrong-element', {}),
  /** Applied; a sound answer with `bytes` of white space before it, its length not announced. */
  kind('oversized', { bytes: z.number().int().min(1).max(0x1000_0000).default(0x50_0000) }),
  /** Applied; a sound answer with a header of elements in elements, `levels` deep. */
  kind('deep', { levels: z.number().int().min(1).max(1_000_000).default(10_000) }),
  /** Applied; a sound answer, a byte every `delayMs`. */
  kind('slow-drip', { delayMs: milliseconds(50) }),
  /**
   * What lies between delivers it twice: at once, and `delayMs` later. The caller gets the answer of the one or of the other.
   * A caller that leaves meanwhile cancels neither.
   */
  kind('deliver-twice', {
    delayMs: milliseconds(0),
    answer: z.enum(['first', 'second']).default('second'),
  }),
  /** What lies between holds it back for `delayMs`: only then it arrives. A caller that leaves meanwhile cancels nothing. */
  kind('hold-back', { delayMs: milliseconds(1_000) }),
  /** CIRC's: the session is forgotten. Not applied. `Login` does not meet it. */
  kind('expired-session', {}),
  /** Too much to do, says the system in its own way. Not applied. */
  kind('busy', {}),
  /** Down for housekeeping, says the system in its own way. Not applied. */
  kind('housekeeping', {}),
  /** In trouble, says the system in its own way. Not applied. */
  kind('internal', {}),
]);

/** What goes wrong, whole: with its defaults. */
export type Fault = z.output<typeof fault>;
/** What goes wrong, as it is asked for. */
export type FaultRequest = z.input<typeof fault>;
/** Those that spoil nothing: a request comes twice, or late. */
type DeliveryKind = 'deliver-twice' | 'hold-back';
/** Those by which a request fails. */
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

/** Not a plan of faults that the system can have; the message says where and why. */
export class InvalidFaults extends Error {
  override readonly name = 'InvalidFaults';
}

/** A plan of faults: `{ seed?, faults }`, or the faults alone. Throws `InvalidFaults`. */
export function parsePlan(given: unknown, vendor: Vendor): z.output<typeof planSchema> {
  const result = planSchema.safeParse(Array.isArray(given) ? { faults: given } : given);
  if (!result.success) {
    const wrong = result.error.issues.map(({ path, message }) => `${path.join('.') || 'body'}: ${message}`);
    throw new InvalidFaults(wrong.join('; '));
  }
  for (const [index, one] of result.data.faults.entries()) {
    if (one.kind === 'expired-session' && !vendor.hasSessions) {
      throw new InvalidFaults(`faults.${index}.kind: ${vendor.path} has no sessions that could expire`);
    }
    const unknown = one.operations?.find((name) => !vendor.operations.has(name));
    if (unknown === undefined) {
      continue;
    }
    const known = [...vendor.operations.keys()].join(', ');
    throw new InvalidFaults(
      `faults.${index}.operations: ${unknown} is none of ${vendor.path}, which has ${known}`,
    );
  }
  return result.data;
}
