/** The enrolled stations and the staff who enrolled them. Everything is in the state that all web processes share. */
import { randomBytes } from 'node:crypto';
import { z } from 'zod';
import { hmacSha256 } from '../../../platform/hmac.ts';
import type { SealedState } from '../../../store/shared-state/port.ts';
import { isSameSecret } from '../../server/same-secret.ts';
import { plainItem } from '../../server/shared-item.ts';
import { newCode, parseCode } from './codes.ts';

/** The description of a station, which staff enter when they make its code. */
export interface StationLabel {
  readonly name: string;
  readonly branch: string;
}

/** A station in use. Times are in ms since 1970. */
export interface Station extends StationLabel {
  /** Eight letters and digits. The station's client id at the graph is `station-<id>`. */
  readonly id: string;
  readonly enrolledAt: number;
  /** The member of staff who made the code. */
  readonly enrolledBy: string;
}

export interface ListedStation extends Station {
  /** The time of the last use, with a precision of one minute. Null if the station was never used after its enrolment. */
  readonly lastSeenAt: number | null;
  readonly revoked: boolean;
}

export interface EnrolledStation {
  readonly station: Station;
  /** The token that the page must send with each change. */
  readonly csrfToken: string;
}

export interface Enrolments {
  /** Makes a code. If too many codes are unused, the oldest code of the person with the most codes becomes invalid. */
  makeCode(label: StationLabel, by: string): Promise<{ readonly code: string; readonly expiresAt: number }>;
  /**
   * Resolves to the secret for the new station's cookie. Null if the code is wrong, used or expired.
   * @throws SealedStateFull if there are too many stations; the code is then used up
   */
  enrol(code: string): Promise<{ readonly secret: string; readonly station: Station } | null>;
  /** Finds a station by the secret in its cookie. Null if no station has this secret, or if the station was revoked. */
  find(secret: string): Promise<EnrolledStation | null>;
  /** `token` is the value that a request has sent. */
  isCsrfToken(secret: string, token: unknown): boolean;
  /** All stations in use, and the stations that were revoked in the last 30 days. The order is undefined. */
  list(): Promise<readonly ListedStation[]>;
  /** Ends the station at once, in all processes. Resolves to false if there is no such station. */
  revoke(id: string, by: string): Promise<boolean>;
}

export type StationState = Pick<
  SealedState,
  'save' | 'add' | 'find' | 'findByUid' | 'list' | 'consume' | 'keyFor'
>;

const minuteMs = 60_000;
const dayMs = 24 * 60 * minuteMs;
/** The lifetime of a code, in ms. This time is enough to walk from a desk to the machine. */
export const codeLifetimeMs = 10 * minuteMs;
/** The longest time that Chromium keeps a cookie. A station that is used renews its cookie once a day. */
export const cookieLifetimeMs = 400 * dayMs;
const revokedShownMs = 30 * dayMs;
/**
 * The maximum numbers of codes and of stations. No library has more stations. They are limited because each request for
 * the staff's list reads all stations.
 */
export const maxOfKind = { StationCode: 20, Station: 2_000 } as const;

export const stationKinds = {
  code: 'StationCode',
  station: 'Station',
  /** The revocation is stored apart from the station, so that a process that renews the station can't undo it. */
  revocation: 'StationRevocation',
  seen: 'StationSeen',
  /** The changes that the graph already knows. */
  told: 'StationTold',
} as const;

const labelFields = { name: z.string(), branch: z.string() };
const codeShape = z.object({ ...labelFields, by: z.string() });
export const stationShape = z.object({
  ...labelFields,
  id: z.string(),
  enrolledAt: z.number(),
  enrolledBy: z.string(),
});
const seenShape = z.object({ id: z.string(), at: z.number() });
export const revocationShape = z.object({ id: z.string(), at: z.number() });

export function createEnrolments(state: StationState, now: () => number = Date.now): Enrolments {
  // The id is an HMAC, because a code is short. A person who can read the database could find the code of a plain hash
  // by trying all codes.
  const codeKey = state.keyFor('station codes');
  const codeId = (code: string) => hmacSha256(codeKey).update(code).digest('base64url');
  const csrfKey = state.keyFor('station CSRF tokens');
  const csrfToken = (secret: string) => hmacSha256(csrfKey).update(secret).digest('base64url');
  const note = noteSeen(state, now);
  return {
    async makeCode({ name, branch }, by) {
      const code = newCode();
      const expiresAt = now() + codeLifetimeMs;
      const value = { name, branch, by };
      await state.save({
        kind: stationKinds.code,
        id: codeId(code),
        value,
        expiresAt,
        ...plainItem,
        ownerId: `staff ${codeId(by)}`,
        maxOfKind: maxOfKind.StationCode,
      });
      return { code, expiresAt };
    },
    async enrol(text) {
      const code = parseCode(text);
      if (code === null) {
        return null;
      }
      const id = codeId(code);
      const made = await state.find(stationKinds.code, id);
      if (made === null || !(await state.consume(stationKinds.code, id))) {
        return null;
      }
      const { by, ...where } = codeShape.parse(made.value);
      return await addStation(state, { ...where, enrolledBy: by }, now);
    },
    async find(secret) {
      const found = await state.findByUid(stationKinds.station, secret);
      if (found === null) {
        return null;
      }
      const station = stationShape.parse(found.value);
      if ((await state.find(stationKinds.revocation, station.id)) !== null) {
        return null;
      }
      await note(station, secret);
      return { station, csrfToken: csrfToken(secret) };
    },
    isCsrfToken: (secret, token) => isSameSecret(csrfToken(secret), token),
    list: () => listStations(state),
    revoke: (id, by) => revokeStation(state, id, by, now),
  };
}

/** Adds a station. Rejects with SealedStateFull if there are too many stations. */
async function addStation(
  state: StationState,
  { name, branch, enrolledBy }: Omit<Station, 'id' | 'enrolledAt'>,
  now: () => number,
): Promise<{ readonly secret: string; readonly station: Station }> {
  const secret = randomBytes(32).toString('base64url');
  for (;;) {
    const station = { id: newCode().toLowerCase(), name, branch, enrolledBy, enrolledAt: now() };
    if (await state.add({ ...itemOf(station, secret, now()), maxOfKind: maxOfKind.Station })) {
      return { secret, station };
    }
  }
}

const itemOf = (station: Station, secret: string, now: number) => ({
  ...plainItem,
  kind: stationKinds.station,
  id: station.id,
  uid: secret,
  value: { ...station },
  expiresAt: now + cookieLifetimeMs,
});

/**
 * Returns a function that stores when a station was last seen, at most once a minute. Once a day, the function also
 * extends the station's lifetime.
 */
function noteSeen(state: StationState, now: () => number) {
  const noted = new Map<string, { readonly seenAt: number; readonly keptAt: number }>();
  return async (station: Station, secret: string): Promise<void> => {
    const at = now();
    const last = noted.get(station.id) ?? { seenAt: 0, keptAt: 0 };
    const keeps = at - last.keptAt >= dayMs;
    if (at - last.seenAt < minuteMs && !keeps) {
      return;
    }
    noted.set(station.id, { seenAt: at, keptAt: keeps ? at : last.keptAt });
    const expiresAt = at + cookieLifetimeMs;
    await state.save({
      kind: stationKinds.seen,
      id: station.id,
      value: { id: station.id, at },
      expiresAt,
      ...plainItem,
    });
    if (keeps) {
      await state.save(itemOf(station, secret, at));
    }
  };
}

async function listStations(state: StationState): Promise<readonly ListedStation[]> {
  const [stations, revocations, sightings] = await Promise.all([
    state.list(stationKinds.station),
    state.list(stationKinds.revocation),
    state.list(stationKinds.seen),
  ]);
  const revoked = new Set(revocations.map(({ value }) => revocationShape.parse(value).id));
  const seenAt = new Map(
    sightings.map(({ value }) => {
      const { id, at } = seenShape.parse(value);
      return [id, at];
    }),
  );
  return stations
    .map(({ value }) => stationShape.parse(value))
    .map((station) => ({
      ...station,
      lastSeenAt: seenAt.get(station.id) ?? null,
      revoked: revoked.has(station.id),
    }));
}

async function revokeStation(
  state: StationState,
  id: string,
  by: string,
  now: () => number,
): Promise<boolean> {
  const found = await state.find(stationKinds.station, id);
  if (found === null) {
    return false;
  }
  const at = now();
  // A revocation must outlive the station, even if another process is extending the station's lifetime at this moment.
  const expiresAt = at + 2 * cookieLifetimeMs;
  const isFirst = await state.add({
    kind: stationKinds.revocation,
    id,
    value: { id, by, at },
    expiresAt,
    ...plainItem,
  });
  if (isFirst) {
    // Without `uid`, the station's cookie doesn't find the station any more. Staff still see it for 30 days.
    const { value } = found;
    await state.save({ kind: stationKinds.station, id, value, expiresAt: at + revokedShownMs, ...plainItem });
  }
  return true;
}
