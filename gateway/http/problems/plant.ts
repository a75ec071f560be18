import type { ProblemKind } from './problem-kind.ts'

/** What a code about the plant and its rules means on the wire. */
export const plantProblems = {
  organization_cycle: {
    status: 409,
    title: 'An organization cannot stand below itself.',
    remedy: 'Choose another parent.',
  },
  organization_has_children: {
    status: 409,
    title: 'Other organizations stand below this one.',
    remedy: 'Move or remove them first.',
  },
  organization_has_sites: {
    status: 409,
    title: 'The organization has sites.',
    remedy: 'Move or remove them first.',
  },
  organization_in_use: {
    status: 409,
    title: 'Accounts, channels or hazard sources belong to this organization.',
    remedy: 'Move or remove them first.',
  },
  organization_unknown: {
    status: 422,
    title: 'The organization that is named does not exist.',
    remedy: 'Create it first, or name another.',
  },
  point_unknown: {
    status: 422,
    title: 'The device profile has no such point.',
    remedy: 'See /api/v1/profiles for the points of each profile.',
  },
  profile_unknown: {
    status: 422,
    title: 'The device profile that is named does not exist.',
    remedy: 'See /api/v1/profiles.',
  },
  site_has_devices: {
    status: 409,
    title: 'The site has devices.',
    remedy: 'Move or remove them first.',
  },
  site_in_use: {
    status: 409,
    title: 'Hazard sources stand on this site.',
    remedy: 'Move or cancel them first.',
  },
  site_unknown: {
    status: 422,
    title: 'The site that is named does not exist.',
    remedy: 'Create it first, or name another.',
  },
} as const satisfies Readonly<Record<string, ProblemKind>>
