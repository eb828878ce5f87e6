import type { FastifyRequest } from 'fastify';
import type { z } from 'zod';

/** The body of a request, which came as JSON; null where it is none, or has another form. */
export function readBody<Body>({ body }: FastifyRequest, shape: z.ZodType<Body>): Body | null {
  try {
    return shape.parse(JSON.parse(String(body)));
  } catch {
    return null;
  }
}
