import type { ContractFacts, OperationFacts } from '../report/facts.ts';
import { sampleOf } from '../samples.ts';
import { camelCase, spaced } from '../words.ts';
import { draftFaults } from './draft-faults.ts';
import { draftedScopes, isPlainRequest, nounOf, shortNameOf, whyNoChange } from './guesses.ts';
import type { Mapping } from './schema.ts';
import { TypeDrafter } from './type-drafter.ts';

/**
 * A drafted mapping. `guesses` has the reason for each guessed property, by the property's path, such as
 * `types.Room.key`.
 */
export interface Draft {
  readonly mapping: Mapping;
  readonly guesses: ReadonlyMap<string, string>;
}

export interface DraftOptions {
  /** The name of the subgraph and of its folders. */
  readonly name: string;
  /** The path of the WSDL, relative to the adapter's folder. */
  readonly wsdl: string;
  /** Names of types that the graph has already. */
  readonly takenTypes: ReadonlySet<string>;
  /** A free port for the subgraph, and one for the simulator. */
  readonly ports: { readonly subgraph: number; readonly simulator: number };
}

/** Drafts a mapping of all operations that can be mapped. The others are in `leftOut`, each with the reason. */
export function draftMapping(facts: ContractFacts, options: DraftOptions): Draft {
  const drafter = new Drafter(facts, options);
  return { mapping: drafter.mapping(), guesses: drafter.guesses };
}

class Drafter {
  readonly #facts: ContractFacts;
  readonly #options: DraftOptions;
  readonly #types: TypeDrafter;
  readonly #leftOut: Record<string, string> = {};

  constructor(facts: ContractFacts, options: DraftOptions) {
    this.#facts = facts;
    this.#options = options;
    this.#types = new TypeDrafter(facts, options.name, options.takenTypes);
  }

  get guesses(): ReadonlyMap<string, string> {
    return this.#types.guesses;
  }

  mapping(): Mapping {
    const { name: subgraph, wsdl, ports } = this.#options;
    const { contract, operations } = this.#facts;
    for (const [name, error] of contract.refused) {
      this.#leftOut[name] = `refused: ${error.message}`;
    }
    const changes = this.#changes();
    const asked = new Set(Object.values(changes).map(({ afterTimeout }) => afterTimeout.operation));
    const reads = operations.filter(({ isRead, name }) => isRead && !asked.has(name));
    const patron = this.#patronFields(reads);
    const queries = this.#queries(
      reads.filter(({ name }) => !Object.values(patron).some((field) => field.operation === name)),
    );
    this.#types.guess(
      'system.security',
      'no contract says it: none, basic, username-token or username-token-text',
    );
    this.#types.guess('system.id', 'the short name, with which its variables begin');
    this.#types.guess('system.chineseName', 'the name in messages to readers');
    return {
      system: {
        id: shortNameOf(subgraph),
        subgraph,
        name: subgraph,
        chineseName: subgraph,
        inSentence: `the ${subgraph} system`,
        wsdl,
        port: contract.port.name,
        security: 'none',
        subgraphPort: ports.subgraph,
        simulatorPort: ports.simulator,
      },
      ping: this.#ping(),
      types: this.#types.types,
      queries,
      patron,
      changes,
      faults: draftFaults(this.#facts, this.#types),
      leftOut: this.#leftOut,
    };
  }

  #patronFields(reads: readonly OperationFacts[]): Mapping['patron'] {
    const fields: Mapping['patron'] = {};
    for (const { name, request, rows, batch, patron } of reads) {
      const others = request.filter((member) => member !== patron && !member.isOptional);
      if (patron === null || rows === null || others.length > 0 || (patron.isRepeated && batch === null)) {
        continue;
      }
      const field = camelCase(nounOf(name));
      fields[field] = {
        operation: name,
        description: `What \`${name}\` has of the patron.`,
        keys: patron.path,
        rows: rows.path,
        rowKey: batch?.rowKey.key ?? null,
        limit: batch === null ? 1 : Number.isFinite(batch.key.max) ? batch.key.max : 20,
        returns: this.#types.typeOf(rows.type, name),
        list: rows.isList,
        own: true,
        scopes: [...draftedScopes],
      };
      this.#types.guess(`patron.${field}.keys`, `\`${patron.name}\` is the patron number`);
      this.#types.guess(`patron.${field}.scopes`, 'who but the patron may read it');
    }
    return fields;
  }

  #queries(reads: readonly OperationFacts[]): Mapping['queries'] {
    const queries: Mapping['queries'] = {};
    for (const facts of reads) {
      const { name, request, rows } = facts;
      if (rows === null || !isPlainRequest(facts)) {
        this.#leftOut[name] =
          rows === null ? 'its reply has no record' : 'its request needs more than simple values';
        continue;
      }
      const returns = this.#types.typeOf(rows.type, name);
      if (this.#types.types[returns]?.lookup?.operation === name) {
        const query = camelCase(returns);
        queries[query] = {
          byKey: returns,
          description: `One record, by its ${spaced(this.#types.types[returns].key ?? '')}.`,
          scopes: [...draftedScopes],
        };
        this.#guessReaders(query);
        continue;
      }
      const noun = camelCase(nounOf(name));
      if (noun === 'ping') {
        this.#leftOut[name] = 'the health check may call it';
        continue;
      }
      const query = noun in queries ? camelCase(name) : noun;
      queries[query] = {
        operation: name,
        description: `What \`${name}\` finds.`,
        rows: rows.path,
        returns,
        list: rows.isList,
        arguments: this.#types.argumentsOf(request, `queries.${query}.arguments`),
        scopes: [...draftedScopes],
      };
      this.#guessReaders(query);
    }
    return queries;
  }

  #guessReaders(query: string): void {
    this.#types.guess(
      `queries.${query}.scopes`,
      'who may ask: staff alone, until you have looked; with an empty list, every caller with a token',
    );
  }

  #changes(): Mapping['changes'] {
    const { operations } = this.#facts;
    const changes: Mapping['changes'] = {};
    for (const facts of operations) {
      const { name, isRead, request, reference, patron, rows } = facts;
      if (isRead) {
        continue;
      }
      const lookup =
        reference === null || rows === null
          ? undefined
          : operations.find(
              (other) =>
                other.isRead &&
                other.rows?.type === rows.type &&
                other.request.some(({ name: key }) => key === reference.name),
            );
      const lookupReference = lookup?.request.find((member) => member.name === reference?.name);
      if (
        reference === null ||
        rows === null ||
        !isPlainRequest(facts) ||
        rows.isList ||
        lookup === undefined ||
        lookupReference === undefined
      ) {
        this.#leftOut[name] = whyNoChange(reference, rows, lookup);
        continue;
      }
      const change = camelCase(name);
      changes[change] = {
        operation: name,
        description: `Does what \`${name}\` does.`,
        reference: reference.path,
        patron: patron?.path ?? null,
        input: this.#types.argumentsOf(
          request.filter((member) => member !== reference && member !== patron),
          `changes.${change}.input`,
        ),
        returns: this.#types.typeOf(rows.type, name),
        row: rows.path,
        afterTimeout: {
          operation: lookup.name,
          reference: lookupReference.path,
          row: lookup.rows?.path ?? '',
        },
        dropAfterSeconds: 60,
        own: patron !== null,
        scopes: ['circulation:write'],
      };
      this.#types.guess(
        `changes.${change}.reference`,
        'is a second request with it recognised? Ask the vendor',
      );
      this.#types.guess(`changes.${change}.afterTimeout`, 'finds it as soon as it was done? Ask the vendor');
      this.#types.guess(`changes.${change}.dropAfterSeconds`, 'ask the vendor');
      this.#types.guess(`changes.${change}.scopes`, 'who may do it');
    }
    return changes;
  }

  #ping(): Mapping['ping'] {
    const { operations } = this.#facts;
    const reads = operations.filter(({ isRead }) => isRead);
    const ping =
      reads.find(({ name }) => /ping|version|health/i.test(name)) ??
      reads.find((facts) => isPlainRequest(facts) && facts.request.every(({ isOptional }) => isOptional)) ??
      reads.find(isPlainRequest);
    this.#types.guess('ping', 'a cheap read that is always allowed, with values that nobody has');
    const wanted = (ping?.request ?? []).filter(({ isOptional }) => !isOptional);
    return {
      operation: ping?.name ?? reads[0]?.name ?? '',
      request: Object.fromEntries(wanted.map((member) => [member.path, sampleOf(member, 9)])),
    };
  }
}
