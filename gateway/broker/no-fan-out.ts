/**
 * In place of mqemitter, through which aedes tells every subscriber of everything that is published,
 * notices about its own clients included. Nothing is published to more than one device here, and
 * mqemitter's shared slots are how one subscriber that does not read holds up all others.
 */
export function noFanOut() {
  const finish = (done?: () => void) => {
    if (done) setImmediate(done)
  }
  return {
    on(_topicFilter: string, _listener: unknown, done?: () => void) {
      finish(done)
    },
    removeListener(_topicFilter: string, _listener: unknown, done?: () => void) {
      finish(done)
    },
    emit(_packet: unknown, done?: () => void) {
      finish(done)
    },
    close(done?: () => void) {
      finish(done)
    },
  }
}
