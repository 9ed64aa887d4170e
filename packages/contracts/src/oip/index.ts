export { oipOperations, type OipOperations } from './operations.ts';
export {
  oipDatatypes,
  oipError,
  oipIndexRequest,
  oipInferRequest,
  type OipConfig,
  type OipDatatype,
  type OipHealth,
  type OipIndex,
  type OipInferAnswer,
  type OipInferRequest,
  type OipModel,
  type OipStatistics,
} from './schemas.ts';
export { isBelowOip, oipStatus, speaksOip } from './speaks-oip.ts';
