/**
 * Where the gateway's parser may differ from llhttp: it refuses more, and each way in which it does stands here with its reason. It never
 * accepts what llhttp refuses, never reads another status, header or body, and never keeps a connection that llhttp would close.
 */
export const allowedDifferences: Readonly<Record<string, string>> = {
  'stricter: the response has surplus bytes':
    'llhttp takes it for the next answer, or drops it; here every answer is asked for, and its connection is not used again',
  'stricter: the end of the response is ambiguous or unknown': 'llhttp reads codings that it does not know until the connection closes',
  'stricter: the response begins with no status line of HTTP/N': 'llhttp takes other versions, blank lines before the status line, and statuses from 600 on',
  'stricter: the response switches protocols without a request for it': 'nothing here asks for an upgrade',
  'stricter: the head of the response has control characters': 'llhttp takes some in the reason phrase',
  'stricter: a chunk of the response has no size': 'llhttp takes blanks in and after chunk extensions in places, and leading zeros without end',
  'stricter: a line between the chunks of the response has no proper end': 'llhttp takes some lone line feeds',
  'stricter: a chunk of the response is longer than it says': 'follows from a line end that llhttp takes',
  'stricter: the response is announced on a connection that is to close': 'llhttp takes the final answer for data behind the last one, in most cases',
  'stricter: the coding of the response ends with a tab': 'llhttp takes it for an unknown coding and reads until the connection closes',
  'stricter: the response has a header that is none': 'llhttp takes folded lines',
  'stricter: the response has a trailer that is no header': 'llhttp takes folded lines',
  'stricter: a trailer of the response says where its body ends': 'llhttp passes such trailers on',
  'stricter: the length of the response is no number': 'llhttp takes lengths of 16 digits and more',
  'stricter: incomplete': 'follows from a line end that llhttp takes',
};
