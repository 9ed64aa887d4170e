/**
 * Where the gateway's parser may differ from llhttp: it refuses more, and each way in which it does stands here with its reason. It never
 * accepts what llhttp refuses, never reads another status, header or body, and never keeps a connection that llhttp would close.
 */
export const allowedDifferences: Readonly<Record<string, string>> = {
  'stricter: more came than the answer':
    'llhttp takes it for the next answer, or drops it; here every answer is asked for, and its connection is not used again',
  'stricter: the answer says in two ways where it ends, or in none that is known': 'llhttp reads codings that it does not know until the connection closes',
  'stricter: the answer begins with no status line of HTTP/N': 'llhttp takes other versions, blank lines before the status line, and statuses from 600 on',
  'stricter: the answer switches protocols, which nobody asked for': 'nothing here asks for an upgrade',
  'stricter: the head of the answer has control characters': 'llhttp takes some in the reason phrase',
  'stricter: a chunk of the answer has no size': 'llhttp takes blanks in and after chunk extensions in places, and leading zeros without end',
  'stricter: a line between the chunks of the answer has no proper end': 'llhttp takes some lone line feeds',
  'stricter: a chunk of the answer is longer than it says': 'follows from a line end that llhttp takes',
  'stricter: the answer is announced on a connection that is to close': 'llhttp takes the final answer for data behind the last one, in most cases',
  'stricter: the coding of the answer ends with a tab': 'llhttp takes it for an unknown coding and reads until the connection closes',
  'stricter: the answer has a header that is none': 'llhttp takes folded lines',
  'stricter: the answer has a trailer that is no header': 'llhttp takes folded lines',
  'stricter: a trailer of the answer says where its body ends': 'llhttp passes such trailers on',
  'stricter: the length of the answer is no number': 'llhttp takes lengths of 16 digits and more',
  'stricter: incomplete': 'follows from a line end that llhttp takes',
};
