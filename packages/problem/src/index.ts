export { catalogue, type ProblemCode } from './catalogue.ts';
export { Problem, type ProblemBody, type ProblemFault } from './problem.ts';
