import { measureSection } from './measure/measure-section.ts';
import { readOptions, usage, type Options } from './options.ts';
import { provenance } from './report/provenance.ts';
import { resultTable, runLine } from './report/table.ts';
import { writeResults } from './report/write-results.ts';

const args = process.argv.slice(2);
let options: Options;
try {
  options = readOptions(args);
} catch (error) {
  console.error(`${error instanceof Error ? error.message : String(error)}\n${usage}`);
  process.exit(2);
}

const origin = provenance(args, options.contestants);
for (const subject of options.cases) {
  console.log(`${subject.name}: ${subject.title}`);
  const section = await measureSection(subject, options, origin, (run) => console.log(runLine(run)));
  console.log(`\n${resultTable(section)}\n`);
  if (Object.keys(section.absent).length > 0) process.exitCode = 1;
  // After each, so that an hour is not lost to what happens in its last minute.
  if (!options.dry) await writeResults([section]);
}
