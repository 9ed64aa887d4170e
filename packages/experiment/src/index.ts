export { agree } from './agree.ts';
export { bucketOf, chooseVersion, equalWeights, type Choice, type VersionRequest } from './choose-version.ts';
export { compareVersions, type AgreementSums, type VersionSums } from './compare-versions.ts';
