-- Whether a file in the folders `documents` and `photos` of the data folder is known is asked by its hash.
CREATE INDEX hazard_documents_by_sha256 ON hazard_documents (sha256);
CREATE INDEX alarm_photos_by_sha256 ON alarm_photos (sha256);
