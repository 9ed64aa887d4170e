import { loadConfig } from '@facet/config';
import { runMain } from '@facet/http';
import { gatewayFields } from './config.ts';
import { startGateway } from './gateway.ts';

await runMain('gateway', () => startGateway(loadConfig(gatewayFields, process.env), process.env));
