import { operationList } from '../build/operation-list.ts';
import { page } from '../build/page.ts';
import * as operations from './src/operations.generated.ts';

/** The self-service station, at `/station/`. */
export default page({ base: '/station/', name: 'station', plugins: [operationList(operations)] });
