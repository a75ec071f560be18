import type { Translated } from '../translated.ts'
import type { accounts as chinese } from '../zh/accounts.ts'

export const accounts: Translated<typeof chinese> = {
  account: {
    title: 'Accounts',
    add: 'New account',
    edit: 'Change account',
    search: 'Search name, user name, organization',
    username: 'User name',
    usernameTaken: 'This user name is taken; choose another.',
    usernamePattern: '2 to 64 letters, digits or . _ @ -',
    displayName: 'Name',
    displayNameRequired: 'Enter the name of the person',
    role: 'Role',
    ownRights: 'Your own role and territory are changed by another administrator.',
    organization: 'Territory',
    organizationHint: 'Sees and answers only what belongs to this organization and those below it.',
    organizationRequired: 'Choose a territory',
    everything: 'Everything',
    language: 'Language',
    password: 'First password',
    passwordHint:
      'At least 10 characters. Hand it over in person and have it changed after logging in.',
    passwordLength: 'A password has 10 to 200 characters',
    reset: 'Reset password',
    resetTitle: 'Reset the password of {{name}}',
    resetHint: 'At least 10 characters. The account is logged out everywhere at once.',
    resetDone: 'The password of {{name}} has been reset.',
    removeWarning:
      'It is logged out at once and its tokens (those of TV walls too) stop working for good. Records keep its user name.',
    self: 'You',
    none: 'No account matches',
    count: 'Accounts: {{count}}',
  },
  roleHint: {
    administrator: 'Devices, enterprises, accounts, notices, and all that follows',
    supervisor: 'District or town: alarms, rules, service, review of filings',
    'safety-manager': 'Enterprise: alarms, its own rules, service and filings',
    operator: 'On duty: acknowledges, handles and shelves alarms, hands over',
    viewer: 'Looks only',
  },
  password: {
    change: 'Change password',
    current: 'Present password',
    next: 'New password',
    repeat: 'New password once more',
    repeatWrong: 'The new passwords differ',
    hint: 'You are logged out everywhere then; log in again with the new password.',
    wrong: 'The present password is wrong.',
    changed: 'Your password has been changed. Log in with the new one.',
  },
}
