import { text } from 'node:stream/consumers';
import { fuseBoxes, type FoundBox } from '../../services/detection/src/model/fuse-boxes.ts';

// Reads lists of boxes by model as JSON from standard input, and writes what becomes of each: the tests in Python hold it against the reference.
const cases = JSON.parse(await text(process.stdin)) as FoundBox[][][];
console.log(JSON.stringify(cases.map((models) => fuseBoxes(models))));
