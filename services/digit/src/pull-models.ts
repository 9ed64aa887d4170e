import { runMain } from '@facet/http';
import { pullModels } from '@facet/serving';

await runMain('pull-models', () => pullModels('digit', process.env, (line) => process.stdout.write(`${line}\n`)));
