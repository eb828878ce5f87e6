import { type DocumentNode, type GraphQLSchema, parse, validate } from 'graphql';
import type { Limits } from '../../limits.ts';
import { redactErrors } from '../redact.ts';
import { enforceDocumentLimits, InvalidDocument } from './document-limits.ts';

/**
 * The maximum number of validation errors of a document. Validation stops at this number, because finding the line and
 * column of each error takes time.
 */
export const maxErrors = 10;

/**
 * Checks a document as the gateway does for a request: parses it, enforces the limits, and validates it.
 * @returns The problems, without the values in the document. Empty if the document is valid.
 */
export function validateDocument(text: string, schema: GraphQLSchema, limits: Limits): readonly string[] {
  const errors = errorsOf(text, schema, limits);
  const { maxTokens } = limits;
  return redactErrors(errors, text, schema, { maxTokens, mayIntrospect: true }).map(({ message }) => message);
}

function errorsOf(text: string, schema: GraphQLSchema, limits: Limits): readonly Error[] {
  let document: DocumentNode;
  try {
    document = parse(text, { maxTokens: limits.maxTokens });
    enforceDocumentLimits(document, text, schema, limits);
  } catch (error) {
    if (error instanceof InvalidDocument) {
      return error.errors;
    }
    return [error instanceof Error ? error : new Error(String(error))];
  }
  return validate(schema, document, undefined, { maxErrors });
}
