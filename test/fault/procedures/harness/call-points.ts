/** A point of a run: right before or right after a call of a port. */
export interface Point {
  /** The port and the method, for example `cards.issueCard`. */
  readonly call: string;
  readonly at: 'before' | 'answered' | 'failed';
}

/** Called at each point. The run waits there until the promise resolves. */
export type Watch = (point: Point) => Promise<void>;

/** A port whose calls are watched. `name` is the first part of `Point.call`. */
export function watched<Port extends object>(port: Port, name: string, watch: Watch): Port {
  return new Proxy(port, {
    get(target, key) {
      const member: unknown = Reflect.get(target, key);
      if (typeof member !== 'function' || typeof key === 'symbol') {
        return member;
      }
      const call = `${name}.${key}`;
      return async (...args: unknown[]) => {
        await watch({ call, at: 'before' });
        try {
          const answer: unknown = await Reflect.apply(member, target, args);
          await watch({ call, at: 'answered' });
          return answer;
        } catch (error) {
          await watch({ call, at: 'failed' });
          throw error;
        }
      };
    },
  });
}
