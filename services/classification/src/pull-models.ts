import { runMain } from '@facet/http';
import { pullModels } from '@facet/serving';

await runMain('pull-models', () => pullModels('classification', process.env, (line) => process.stdout.write(`${line}\n`)));
