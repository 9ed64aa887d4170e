import { CommandError } from '../command.ts';
import { classifyLicence, type LicenceClass } from '../licence.ts';
import type { StatedLicence } from './source.ts';

const meanings: Readonly<Record<Exclude<LicenceClass, 'allowed'>, string>> = {
  'network-copyleft': 'who uses the model over a network must be offered the source of the whole work',
  'non-commercial': 'commercial use or use in production is forbidden',
  unknown: 'it is not a licence of the SPDX list, so its terms are unknown',
};

const show = ({ text, where }: StatedLicence): string => `${text} (${where})`;

/** Refused by its own words, whatever else is stated. */
function isRestricted({ text }: StatedLicence): boolean {
  return ['network-copyleft', 'non-commercial'].includes(classifyLicence(text));
}

/**
 * Decides whether a model may be added under what is stated of its licence.
 *
 * @param stated in the order of who counts: the command line, the publisher, the file itself. The first must allow what a service does; a
 *   later one that is AGPL or non-commercial is refused as well
 * @param accepts `--accept-licence` was given
 * @returns the licence to record, and a line about it; neither where none is stated
 * @throws {CommandError} that says what to do, for AGPL, non-commercial and unknown licences
 */
export function requireLicence(
  address: string,
  stated: readonly StatedLicence[],
  accepts: boolean,
): { readonly licence: string | undefined; readonly line: string } {
  const [first] = stated;
  const concern = stated.find(isRestricted) ?? (first && classifyLicence(first.text) === 'unknown' ? first : undefined);
  if (first && !concern) return { licence: first.text, line: `Licence: ${show(first)}.` };
  const kind = concern ? classifyLicence(concern.text) : undefined;
  const why = concern
    ? `The licence of ${address} is ${show(concern)}: ${kind === undefined || kind === 'allowed' ? '' : meanings[kind]}.`
    : `No licence is stated for ${address}.`;
  if (accepts) return { licence: (concern ?? first)?.text, line: `${why} Accepted with --accept-licence.` };
  throw new CommandError(
    concern && kind !== 'unknown'
      ? `${why} If you comply with its terms, or hold another licence, add --accept-licence.`
      : `${why} Look up its terms: state the licence with --licence, such as --licence Apache-2.0, or add --accept-licence if you may use the model.`,
  );
}
