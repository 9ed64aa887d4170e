import { classifyLicence, identifyLicenceText, licenceInMetadata } from './licence.ts';

describe('licences', () => {
  it.each([
    ['apache-2.0', 'allowed'],
    ['MIT', 'allowed'],
    ['MIT License', 'allowed'],
    ['Apache License 2.0', 'allowed'],
    ['gpl-3.0', 'allowed'],
    ['cc-by-4.0', 'allowed'],
    ['MIT OR AGPL-3.0-only', 'allowed'],
    ['MIT AND AGPL-3.0-only', 'network-copyleft'],
    ['MIT OR (cc-by-nc-4.0 AND Apache-2.0)', 'allowed'],
    ['agpl-3.0', 'network-copyleft'],
    ['AGPL-3.0 License (https://ultralytics.com/license)', 'network-copyleft'],
    ['GNU Affero General Public License', 'network-copyleft'],
    ['SSPL-1.0', 'network-copyleft'],
    ['cc-by-nc-sa-4.0', 'non-commercial'],
    ['PolyForm-Noncommercial-1.0.0', 'non-commercial'],
    ['fair-noncommercial-research-license', 'non-commercial'],
    ['For research only', 'non-commercial'],
    ['other', 'unknown'],
    ['openrail', 'unknown'],
    ['Modified Apache License 2.0', 'unknown'],
    ['LicenseRef-our-own', 'unknown'],
    ['', 'unknown'],
    ['('.repeat(300), 'unknown'],
    ['NOASSERTION', 'unknown'],
  ] as const)('%j is %s', (text, found) => expect(classifyLicence(text)).toBe(found));

  it.each([
    ['# SPDX-License-Identifier: BSD-2-Clause', 'BSD-2-Clause'],
    ['                    GNU AFFERO GENERAL PUBLIC LICENSE\n   Version 3, 19 November 2007', 'AGPL-3.0-only'],
    ['   GNU GENERAL PUBLIC LICENSE\n   Version 3, 29 June 2007', 'GPL-3.0-only'],
    ['   Apache License\n   Version 2.0, January 2004', 'Apache-2.0'],
    ['MIT License\n\nCopyright\n\nPermission is hereby granted, free of charge, to any person', 'MIT'],
    ['“Commons Clause” License Condition v1.0\nPermission is hereby granted, free of charge', 'LicenseRef-non-commercial'],
    ['Permission is hereby granted, free of charge, for non-commercial use', 'LicenseRef-non-commercial'],
    ['Redistribution and use in source and binary forms … Neither the name of', 'BSD-3-Clause'],
    ['Creative Commons Attribution-NonCommercial-ShareAlike 4.0 International', 'CC-BY-NC-SA-4.0'],
    ['Attribution 4.0 International', 'CC-BY-4.0'],
    ['<!doctype html>', undefined],
  ])('the text %j is %s', (text, id) => {
    expect(identifyLicenceText(text)).toBe(id);
  });

  it('takes an export by Ultralytics for AGPL also where it says only who made it', () => {
    expect(licenceInMetadata(new Map([['author', 'Ultralytics']]))).toBe('AGPL-3.0');
    expect(licenceInMetadata(new Map([['license', 'MIT']]))).toBe('MIT');
    expect(licenceInMetadata(new Map())).toBeUndefined();
  });
});
