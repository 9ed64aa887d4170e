export { FolderSink } from './folder-sink.ts';
export { Ledger, type LedgerOptions } from './ledger.ts';
export { ObjectSink } from './object-sink.ts';
export type { AuditSink, ChainEnd } from './audit-sink.ts';
export { sha256, type AuditEvent, type AuditRecord, type Personal } from './record.ts';
export { findRecords, verifyLines, type Verdict } from './verify.ts';
export { WriterSink } from './writer-sink.ts';
