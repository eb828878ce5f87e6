import { signInVariables } from '../../../edge/sign-in/config.ts';
import { sip2Variables } from '../../../edge/sip2/config.ts';
import { webVariables } from '../../../edge/web/config.ts';
import { gatewayVariables } from '../../../gateway/config.ts';
import { simulatorVariables } from '../../../simulators/config.ts';
import { subgraphVariables } from '../../../subgraphs/runtime/start.ts';

/** The environment variables that the processes of the project read, each once. */
export const variablesOfAllProcesses: readonly string[] = [
  ...new Set([
    ...gatewayVariables,
    ...subgraphVariables,
    ...simulatorVariables,
    ...sip2Variables,
    ...signInVariables,
    ...webVariables,
  ]),
];
