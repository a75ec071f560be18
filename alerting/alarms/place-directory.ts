/** Where a device stands, in ids and names. */
export interface Place {
  readonly deviceName: string
  readonly siteId: string
  readonly siteName: string
  readonly organizationId: string
  readonly organizationName: string
  /** Ids from the outermost organization down to the device's own. */
  readonly organizationPath: readonly string[]
  /** Names of the organizations above its own, outermost first. */
  readonly territory: readonly string[]
}

/** Port: the plant model as alarms need it, answered from memory. Null: not known (any more). */
export interface PlaceDirectory {
  placeOf(deviceId: string): Place | null
  pointOf(
    deviceId: string,
    point: string,
  ): {
    readonly unit: string | null
    readonly label: { readonly zh: string; readonly en: string }
  } | null
}
