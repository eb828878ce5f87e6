import type { FastifyRequest } from 'fastify';
import type { z } from 'zod';

/** The JSON body of a request. Null if it isn't valid JSON, or doesn't match the schema. */
export function readBody<Body>({ body }: FastifyRequest, shape: z.ZodType<Body>): Body | null {
  try {
    return shape.parse(JSON.parse(String(body)));
  } catch {
    return null;
  }
}
