export const REGISTRY_LIMITS = {
  organizationsMax: 20_000,
  sitesMax: 100_000,
  devicesMax: 100_000,
  usersMax: 10_000,
  tokensPerUserMax: 50,
  /** scrypt takes 16 MiB and a core each: log-ins are done two at a time … */
  loginsAtOnceMax: 2,
  /** … and more than this waiting are refused at once. */
  loginsWaitingMax: 100,
  /** (address, user name) pairs whose failures are remembered. */
  loginAttemptsRememberedMax: 10_000,
} as const
