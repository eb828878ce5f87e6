import type { Rewrite, RewriteSegment } from './plan.ts';
import { type Data, type IsSubtype, isData } from './types.ts';

/** Applies a plan's rewrites to data or to a representation, in place. */
export function applyRewrites(
  rewrites: readonly Rewrite[] | undefined,
  value: unknown,
  isSubtype: IsSubtype,
): void {
  for (const rewrite of rewrites ?? []) {
    if ('KeyRenamer' in rewrite) {
      const { path, renameKeyTo } = rewrite.KeyRenamer;
      atEnd(path, value, isSubtype, (object, key) => {
        if (Object.hasOwn(object, key)) {
          object[renameKeyTo] = object[key];
          delete object[key];
        }
      });
    } else {
      const { path, setValueTo } = 'ValueSetter' in rewrite ? rewrite.ValueSetter : rewrite;
      atEnd(path, value, isSubtype, (object, key) => {
        object[key] = setValueTo;
      });
    }
  }
}

/** Follows a path through lists and types, and hands over what holds its last key. */
function atEnd(
  path: readonly RewriteSegment[],
  value: unknown,
  isSubtype: IsSubtype,
  change: (object: Data, key: string) => void,
): void {
  if (Array.isArray(value)) {
    for (const item of value) {
      atEnd(path, item, isSubtype, change);
    }
    return;
  }
  const [segment, ...rest] = path;
  if (segment === undefined || !isData(value)) {
    return;
  }
  if ('TypenameEquals' in segment) {
    const typename = String(value.__typename);
    if (segment.TypenameEquals.some((condition) => isSubtype(condition, typename))) {
      atEnd(rest, value, isSubtype, change);
    }
  } else if (rest.length === 0) {
    change(value, segment.Key);
  } else {
    atEnd(rest, value[segment.Key], isSubtype, change);
  }
}
