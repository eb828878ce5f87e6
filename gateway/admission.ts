import type { onRequestHookHandler } from 'fastify';
import { HttpRefusal } from './http.ts';

/**
 * Lets at most `max` requests be under way, from their headers to the end of their answer. One more is refused at once,
 * before its body is read: who waits in a queue that grows is answered when nobody listens any more.
 */
export function admitAtMost(max: number): onRequestHookHandler {
  let underWay = 0;
  const leave = () => {
    underWay--;
  };
  return (_request, reply, done) => {
    if (underWay >= max) {
      done(new HttpRefusal(503, 'UNAVAILABLE', 'Too many requests are under way: try again in a second.'));
      return;
    }
    underWay++;
    reply.raw.on('close', leave);
    done();
  };
}
