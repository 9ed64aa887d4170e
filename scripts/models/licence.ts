import parseExpression, { type Info } from 'spdx-expression-parse';
import knownIds from 'spdx-license-ids/index.json' with { type: 'json' };
import deprecatedIds from 'spdx-license-ids/deprecated.json' with { type: 'json' };

/** What a licence means to those who serve a model to others. */
export type LicenceClass = 'allowed' | 'network-copyleft' | 'non-commercial' | 'unknown';

/** From the most to the least permissive. */
const byPermission: readonly LicenceClass[] = ['allowed', 'unknown', 'network-copyleft', 'non-commercial'];

const ids = new Map([...deprecatedIds, ...knownIds].map((id) => [id.toLowerCase(), id]));

/** Longest expression that is read; real ones have a few dozen characters. */
const longestExpression = 200;

const networkCopyleft = /^(?:AGPL|SSPL)-/;
/** Licences on SPDX's list that forbid commercial use, or all use in production. */
const nonCommercial = /(?:^|-)NC(?:-|$)|^NCGL-|^BUSL-|^PolyForm-|^C-UDA-|non-?commercial/i;

/** An SPDX expression with its identifiers as SPDX spells them: Hugging Face writes them in small letters. */
function inSpdxSpelling(text: string): string {
  return text.replaceAll(/[\w.+-]+/g, (word) => (/^(?:and|or|with)$/i.test(word) ? word.toUpperCase() : (ids.get(word.toLowerCase()) ?? word)));
}

function tryExpression(text: string): Info | undefined {
  if (text.length > longestExpression) return undefined;
  try {
    return parseExpression(inSpdxSpelling(text));
  } catch {
    return undefined;
  }
}

function classOfId(id: string): LicenceClass {
  if (networkCopyleft.test(id)) return 'network-copyleft';
  if (nonCommercial.test(id)) return 'non-commercial';
  return ids.has(id.toLowerCase()) ? 'allowed' : 'unknown';
}

/** With `OR` the licensee chooses, with `AND` all apply. */
function classOfExpression(expression: Info): LicenceClass {
  if ('license' in expression) return classOfId(expression.license);
  const ranks = [expression.left, expression.right].map((side) => byPermission.indexOf(classOfExpression(side)));
  return byPermission[expression.conjunction === 'or' ? Math.min(...ranks) : Math.max(...ranks)]!;
}

/**
 * Judges a licence by its SPDX expression, as `Apache-2.0` or `mit OR agpl-3.0`, or by what a sentence such as
 * `AGPL-3.0 License (https://…)` names.
 */
export function classifyLicence(text: string): LicenceClass {
  const whole = text.trim();
  const expression = tryExpression(whole) ?? tryExpression(/^(\S+) licen[cs]e$/i.exec(whole)?.[1] ?? '');
  if (expression) return classOfExpression(expression);
  if (/AGPL|Affero/i.test(whole)) return 'network-copyleft';
  if (/non-?\s?commercial|\bcc[- ]by[- ]nc\b|research|academic use|evaluation/i.test(whole)) return 'non-commercial';
  // As a whole: 'Modified Apache License 2.0' is another licence.
  return /^(?:the )?Apache License,? (?:Version )?2\.0$/i.test(whole) ? 'allowed' : 'unknown';
}

/** Licences by words of their text's beginning; the first that fits counts. */
const texts: readonly (readonly [pattern: RegExp, id: (match: RegExpExecArray) => string])[] = [
  [/SPDX-License-Identifier:\s{0,9}([\w.+-]{1,64})/, ([, id]) => id!],
  [/Commons Clause/i, () => 'LicenseRef-non-commercial'],
  [/GNU AFFERO GENERAL PUBLIC LICENSE/i, () => 'AGPL-3.0-only'],
  [/GNU LESSER GENERAL PUBLIC LICENSE\s{1,99}Version 3/i, () => 'LGPL-3.0-only'],
  [/GNU LESSER GENERAL PUBLIC LICENSE\s{1,99}Version 2\.1/i, () => 'LGPL-2.1-only'],
  [/GNU GENERAL PUBLIC LICENSE\s{1,99}Version ([23])/i, ([, version]) => `GPL-${version}.0-only`],
  [/Apache License,?\s{1,99}(?:Version )?2\.0/i, () => 'Apache-2.0'],
  [/Mozilla Public License,?\s{1,99}(?:Version )?2\.0/i, () => 'MPL-2.0'],
  [/CC0 1\.0 Universal/i, () => 'CC0-1.0'],
  [
    /Attribution(-NonCommercial)?(-ShareAlike|-NoDerivatives)? ([34]\.0) International/i,
    ([, nc, more, version]) => `CC-BY${nc ? '-NC' : ''}${more ? (/share/i.test(more) ? '-SA' : '-ND') : ''}-${version}`,
  ],
  [/non-?\s?commercial/i, () => 'LicenseRef-non-commercial'],
  [/Permission is hereby granted, free of charge/i, () => 'MIT'],
  [/Redistribution and use in source and binary forms[^]*Neither the name/i, () => 'BSD-3-Clause'],
  [/Redistribution and use in source and binary forms/i, () => 'BSD-2-Clause'],
];

/** Titles and the clauses that tell permissive licences apart stand within this many characters. */
const beginning = 4000;

/** The SPDX identifier of a licence's text, as a LICENSE file holds it; undefined for a text that is not recognised. */
export function identifyLicenceText(text: string): string | undefined {
  const head = text.slice(0, beginning);
  for (const [pattern, id] of texts) {
    const match = pattern.exec(head);
    if (match) return id(match);
  }
  return undefined;
}

/** The licence that an ONNX file states in its metadata. An export by Ultralytics is under AGPL-3.0 also where it names only its author. */
export function licenceInMetadata(metadata: ReadonlyMap<string, string>): string | undefined {
  const stated = metadata.get('license');
  const isByUltralytics = /ultralytics/i.test(metadata.get('author') ?? '');
  return isByUltralytics && classifyLicence(stated ?? '') !== 'network-copyleft' ? 'AGPL-3.0' : stated;
}
