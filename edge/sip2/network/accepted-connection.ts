import type { Socket } from 'node:net';
import type { Conversation } from '../conversation.ts';
import type { CountedConnection } from './connection-limits.ts';

export class AcceptedConnection implements CountedConnection {
  readonly address: string;
  readonly #socket: Socket;
  readonly #evicted: (address: string) => void;
  conversation: Conversation | null = null;

  constructor(socket: Socket, address: string, evicted: (address: string) => void) {
    this.address = address;
    this.#socket = socket;
    this.#evicted = evicted;
  }

  terminalName(): string | null {
    return this.conversation?.terminal?.name ?? null;
  }

  evict(): void {
    this.#evicted(this.address);
    this.destroy();
  }

  destroy(): void {
    this.#socket.destroy();
  }
}
