import { systemOf } from '../../platform/systems.ts';
import { runAdded } from '../added-systems.ts';

await runAdded(systemOf('rps'));
