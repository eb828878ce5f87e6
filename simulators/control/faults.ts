import type { FaultPlan } from '../faults/faults.ts';
import { InvalidFaults } from '../faults/schema.ts';
import type { ControlAnswer } from '../simulated-system.ts';
import type { ControlRequest } from './request.ts';

/**
 * Answers a request to `/_faults`: PUT sets faults, GET reads them, DELETE clears them. The answer always contains the
 * current status.
 */
export function controlFaults(
  plan: FaultPlan,
  { method, body }: Pick<ControlRequest, 'method' | 'body'>,
): ControlAnswer {
  switch (method) {
    case 'GET':
      return { status: 200, content: plan.status };
    case 'DELETE':
      plan.clear();
      return { status: 200, content: plan.status };
    case 'PUT':
      return set(plan, body);
    default:
      return { status: 405, content: { error: 'GET, PUT or DELETE' } };
  }
}

function set(plan: FaultPlan, body: Buffer): ControlAnswer {
  try {
    return { status: 200, content: plan.setUnchecked(parseJson(body)) };
  } catch (error) {
    if (!(error instanceof InvalidFaults)) {
      throw error;
    }
    return { status: 400, content: { error: error.message } };
  }
}

function parseJson(body: Buffer): unknown {
  try {
    return JSON.parse(body.toString('utf8'));
  } catch {
    throw new InvalidFaults('body: not JSON');
  }
}
