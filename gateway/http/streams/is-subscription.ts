import { getOperationAST, OperationTypeNode, parse } from 'graphql';
import { WeightedCache } from '../../../platform/caches/weighted-cache.ts';

/** The maximum number of characters in the documents that are kept. */
const maxCharacters = 200_000;

/**
 * Returns the function that says whether a request is for a subscription, before the document is validated. That
 * function is called only for requests of clients that accept streams. It returns false for a document that can't be
 * parsed, because the engine reports the error.
 */
export function createIsSubscription(
  maxTokens: number,
): (text: string | undefined, operationName: string | undefined) => boolean {
  const known = new WeightedCache<string, boolean>(maxCharacters);
  return (text, operationName) => {
    if (text === undefined || !text.includes('subscription')) {
      return false;
    }
    const key = `${operationName ?? ''} ${text}`;
    let found = known.get(key);
    if (found === undefined) {
      found = kindOf(text, operationName, maxTokens) === OperationTypeNode.SUBSCRIPTION;
      known.set(key, found, { weight: key.length });
    }
    return found;
  };
}

function kindOf(
  text: string,
  operationName: string | undefined,
  maxTokens: number,
): OperationTypeNode | null {
  try {
    return getOperationAST(parse(text, { noLocation: true, maxTokens }), operationName)?.operation ?? null;
  } catch {
    return null;
  }
}
