export { bucketOf, chooseVersion, type Choice, type VersionRequest } from './choose-version.ts';
