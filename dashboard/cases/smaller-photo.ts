/** What the gateway takes of one photo. */
const BYTES_MAX = 8 * 1_048_576
const SIDE_MAX = 2_560
const JPEG_QUALITY = 0.85

/** A phone's photo may be larger than is taken: it is made smaller here. What cannot be is sent as it is and refused in words. */
export async function smallerPhoto(file: File): Promise<File> {
  if (file.size <= BYTES_MAX) return file
  try {
    const picture = await createImageBitmap(file)
    const scale = Math.min(1, SIDE_MAX / Math.max(picture.width, picture.height))
    const canvas = document.createElement('canvas')
    canvas.width = Math.round(picture.width * scale)
    canvas.height = Math.round(picture.height * scale)
    canvas.getContext('2d')?.drawImage(picture, 0, 0, canvas.width, canvas.height)
    const blob = await new Promise<Blob | null>((resolve) => {
      canvas.toBlob(resolve, 'image/jpeg', JPEG_QUALITY)
    })
    return blob === null ? file : new File([blob], file.name, { type: 'image/jpeg' })
  } catch {
    // Not a picture this browser knows; the gateway says so.
    return file
  }
}
