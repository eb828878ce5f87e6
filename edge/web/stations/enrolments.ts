/** Which machines are stations, and who enrolled them. Everything is in the state that all processes of the pages share. */
import { createHmac, randomBytes } from 'node:crypto';
import { z } from 'zod';
import type { SealedState } from '../../../store/shared-state/port.ts';
import { isSameSecret } from '../../server/same-secret.ts';
import { plainItem } from '../../server/shared-item.ts';
import { newCode, parseCode } from './codes.ts';

/** What staff enter about a station when they make its code. */
export interface StationLabel {
  readonly name: string;
  /** The code of its branch. */
  readonly branch: string;
}

/** Times are in ms since 1970. */
export interface Station extends StationLabel {
  /** Eight letters and digits. Its client at the graph is `station-<id>`. */
  readonly id: string;
  readonly enrolledAt: number;
  /** Who made its code. */
  readonly enrolledBy: string;
}

export interface ListedStation extends Station {
  /** To the minute; null where it was never used since it was enrolled. */
  readonly lastSeenAt: number | null;
  readonly revoked: boolean;
}

/** A station that was recognised by its cookie. */
export interface EnrolledStation {
  readonly station: Station;
  /** What a page must send with each change. */
  readonly csrfToken: string;
}

export interface Enrolments {
  /** Rejects with SealedStateFull where too many codes wait to be used. */
  makeCode(label: StationLabel, by: string): Promise<{ readonly code: string; readonly expiresAt: number }>;
  /** The secret of the new station's cookie; null for text that is no code, and for a code that was used or has expired. */
  enrol(code: string): Promise<{ readonly secret: string; readonly station: Station } | null>;
  /** Null where no station has this secret, or where it was revoked. */
  find(secret: string): Promise<EnrolledStation | null>;
  /** `token`: what a request has sent. */
  isCsrfToken(secret: string, token: unknown): boolean;
  /** All stations, with those that were revoked in the last 30 days; in no order. */
  list(): Promise<readonly ListedStation[]>;
  /** Ends it at once, in all processes. Resolves to whether there is such a station. */
  revoke(id: string, by: string): Promise<boolean>;
}

export type StationState = Pick<
  SealedState,
  'save' | 'add' | 'find' | 'findByUid' | 'list' | 'consume' | 'keyFor'
>;

const minuteMs = 60_000;
const dayMs = 24 * 60 * minuteMs;
/** Long enough to walk from a desk to the machine. */
export const codeLifetimeMs = 10 * minuteMs;
/** The longest that Chromium keeps a cookie. Each day of use renews it. */
export const cookieLifetimeMs = 400 * dayMs;
const revokedShownMs = 30 * dayMs;
const maxCodes = 20;
/** More than any library has. Each page of the list reads all of them. */
const maxStations = 2_000;

const kinds = {
  code: 'StationCode',
  station: 'Station',
  /** Apart from the station, so that a process that renews the station can't undo its revocation. */
  revocation: 'StationRevocation',
  seen: 'StationSeen',
} as const;

const labelFields = { name: z.string(), branch: z.string() };
const codeShape = z.object({ ...labelFields, by: z.string() });
const stationShape = z.object({
  ...labelFields,
  id: z.string(),
  enrolledAt: z.number(),
  enrolledBy: z.string(),
});
const seenShape = z.object({ id: z.string(), at: z.number() });
const revocationShape = z.object({ id: z.string() });

export function createEnrolments(state: StationState, now: () => number = Date.now): Enrolments {
  // An HMAC: a code is short, and nobody who reads the database may find it by trying all of them.
  const codeKey = state.keyFor('station codes');
  const codeId = (code: string) => createHmac('sha256', codeKey).update(code).digest('base64url');
  const csrfKey = state.keyFor('station CSRF tokens');
  const csrfToken = (secret: string) => createHmac('sha256', csrfKey).update(secret).digest('base64url');
  const note = noteSeen(state, now);
  return {
    async makeCode({ name, branch }, by) {
      const code = newCode();
      const expiresAt = now() + codeLifetimeMs;
      const value = { name, branch, by };
      await state.save({
        kind: kinds.code,
        id: codeId(code),
        value,
        expiresAt,
        ...plainItem,
        maxOfKind: maxCodes,
      });
      return { code, expiresAt };
    },
    async enrol(text) {
      const code = parseCode(text);
      if (code === null) {
        return null;
      }
      const id = codeId(code);
      const made = await state.find(kinds.code, id);
      if (made === null || !(await state.consume(kinds.code, id))) {
        return null;
      }
      const { by, ...where } = codeShape.parse(made.value);
      return await addStation(state, { ...where, enrolledBy: by }, now);
    },
    async find(secret) {
      const found = await state.findByUid(kinds.station, secret);
      if (found === null) {
        return null;
      }
      const station = stationShape.parse(found.value);
      if ((await state.find(kinds.revocation, station.id)) !== null) {
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

/** Rejects with SealedStateFull where there are too many stations. */
async function addStation(
  state: StationState,
  { name, branch, enrolledBy }: Omit<Station, 'id' | 'enrolledAt'>,
  now: () => number,
): Promise<{ readonly secret: string; readonly station: Station }> {
  const secret = randomBytes(32).toString('base64url');
  for (;;) {
    const station = { id: newCode().toLowerCase(), name, branch, enrolledBy, enrolledAt: now() };
    if (await state.add({ ...itemOf(station, secret, now()), maxOfKind: maxStations })) {
      return { secret, station };
    }
  }
}

const itemOf = (station: Station, secret: string, now: number) => ({
  ...plainItem,
  kind: kinds.station,
  id: station.id,
  uid: secret,
  value: { ...station },
  expiresAt: now + cookieLifetimeMs,
});

/** Notes that a station was seen: the time once a minute, and once a day its expiry is put off. */
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
      kind: kinds.seen,
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
    state.list(kinds.station),
    state.list(kinds.revocation),
    state.list(kinds.seen),
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
  const found = await state.find(kinds.station, id);
  if (found === null) {
    return false;
  }
  const at = now();
  // It outlives the station, even one that a process is renewing at this moment.
  const expiresAt = at + 2 * cookieLifetimeMs;
  const isFirst = await state.add({
    kind: kinds.revocation,
    id,
    value: { id, by, at },
    expiresAt,
    ...plainItem,
  });
  if (isFirst) {
    // Without the `uid`, by which its cookie is found. Staff still see it for a while.
    const { value } = found;
    await state.save({ kind: kinds.station, id, value, expiresAt: at + revokedShownMs, ...plainItem });
  }
  return true;
}
