import { parseSync } from '@swc/core';
import { lexer, type Token } from 'marked';

/** Words that the product does not use, and the standard terms to use instead. Read without case, as whole words. */
const forbidden: Readonly<Record<string, string>> = {
  'nobody|whoever|somebody|everybody': 'name the user, caller or component',
  'so many|so much': 'state the number, or name the limit',
  'what there is|where it is wanted|by halves|unasked': 'use a noun, or delete it',
  'strangers?': 'out-of-distribution inputs',
  'insists?|insisted': 'requires, selects',
  'doors?|desks?|keepers?': 'authentication, service, state',
  patience: 'timeout',
  'hurdles?': 'close reason',
  contestants: 'systems under test',
  'ask|asks|asked|asking': 'send, request, query',
  'tell|tells|told': 'report, configure',
  'answers?|answered|answering': 'response, prediction; respond, return',
  'pictures?': 'image',
  people: 'users, annotators',
  beside: 'next to, in addition to',
  'under way': 'in flight, concurrent',
  'goes on|go on|went on': 'continues',
};

const rules = Object.entries(forbidden).map(([words, instead]) => ({ pattern: new RegExp(`\\b(?:${words})\\b`, 'gi'), instead }));

export const limits = { wordsPerSentence: 40, meanWordsPerSentence: 18, fewestSentences: 5 } as const;

/** The fault of a text that uses a forbidden word, one line for each word; empty where it uses none. */
export function wordFaults(text: string): string[] {
  return rules.flatMap(({ pattern, instead }) => (text.match(pattern) ?? []).map((word) => `'${word}': use ${instead}`));
}

/** Text of inline tokens as a reader counts it: a code span is one word, markup is none. */
function inlineText(tokens: readonly Token[]): string {
  return tokens
    .map((token) => {
      if (token.type === 'codespan') return 'CODE';
      if (token.type === 'html') return '';
      if (token.type === 'br') return ' ';
      const { tokens: inner } = token as { tokens?: readonly Token[] };
      return inner ? inlineText(inner) : ((token as { text?: string }).text ?? '');
    })
    .join('');
}

interface Prose {
  /** Paragraphs and list items. */
  readonly blocks: string[];
  /** Headings and cells of tables: rarely sentences. */
  readonly fragments: string[];
}

function collect(tokens: readonly Token[], prose: Prose): Prose {
  for (const token of tokens) {
    if (token.type === 'paragraph' || token.type === 'text') prose.blocks.push(inlineText((token as { tokens?: Token[] }).tokens ?? [token]));
    else if (token.type === 'heading') prose.fragments.push(inlineText(token.tokens ?? []));
    else if (token.type === 'table') {
      const { header, rows } = token as unknown as { header: { tokens: Token[] }[]; rows: { tokens: Token[] }[][] };
      prose.fragments.push(...[header, ...rows].flat().map((cell) => inlineText(cell.tokens)));
    } else if (token.type === 'list') for (const item of (token as unknown as { items: { tokens: Token[] }[] }).items) collect(item.tokens, prose);
    else if (token.type === 'blockquote') collect(token.tokens ?? [], prose);
  }
  return prose;
}

const sentencesOf = (text: string): string[][] =>
  text
    .split(/[.!?:](?=\s|$)/)
    .map((sentence) => sentence.split(/\s+/).filter((word) => /\w/.test(word)))
    .filter((words) => words.length > 0);

/** Faults of a Markdown page: forbidden words, sentences that are too long, a mean that is too high. Code is left out. */
export function pageFaults(markdown: string): string[] {
  const { blocks, fragments } = collect(lexer(markdown), { blocks: [], fragments: [] });
  const sentences = blocks.flatMap(sentencesOf);
  const long = [...sentences, ...fragments.flatMap(sentencesOf)]
    .filter((words) => words.length > limits.wordsPerSentence)
    .map((words) => `a sentence of ${words.length} words: '${words.slice(0, 8).join(' ')} …'`);
  const mean = sentences.reduce((sum, { length }) => sum + length, 0) / sentences.length;
  const isLong = sentences.length >= limits.fewestSentences && mean > limits.meanWordsPerSentence;
  return [
    ...[...blocks, ...fragments].flatMap(wordFaults),
    ...long,
    ...(isLong ? [`sentences of ${mean.toFixed(1)} words on average; at most ${limits.meanWordsPerSentence}`] : []),
  ];
}

function stringsIn(value: unknown, found: string[]): string[] {
  if (Array.isArray(value)) for (const each of value) stringsIn(each, found);
  else if (typeof value === 'object' && value !== null) {
    const { type, value: text, raw } = value as { type?: string; value?: unknown; raw?: unknown };
    if (type === 'StringLiteral') found.push(String(text));
    else if (type === 'TemplateElement') found.push(String(raw));
    else for (const member of Object.values(value)) if (typeof member === 'object') stringsIn(member, found);
  }
  return found;
}

/** Faults of the messages in a source file: of every string that has three words or more. Code spans in them are left out. */
export function messageFaults(source: string): string[] {
  const strings = stringsIn(parseSync(source, { syntax: 'typescript', target: 'es2022' }).body, []);
  return strings.filter((text) => /\w\s+\S+\s+\w/.test(text)).flatMap((text) => wordFaults(text.replace(/\\?`[^`]*`/g, '')));
}
