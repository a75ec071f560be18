const STORAGE_KEY = 'vigil.wall'

/**
 * The read-only token of a TV wall. It comes once in the part of the address that browsers send to
 * nobody, is kept on this screen, and is taken out of the address, so that no photo of it lets anybody in.
 */
export function takeWallToken(place: Location, storage: Storage, history: History): string | null {
  const given = new URLSearchParams(place.hash.slice(1)).get('token')
  if (given !== null && given !== '') {
    storage.setItem(STORAGE_KEY, given)
    history.replaceState(null, '', place.pathname)
  }
  return storage.getItem(STORAGE_KEY)
}

export function wallAddress(origin: string, token: string): string {
  return `${origin}/wall#token=${encodeURIComponent(token)}`
}
