"""Guards of files on their way: what is signed, what is confirmed, what is trained."""

from tests.mutants.mutant import Mutant

STORAGE = "tests/adapters/test_storage.py"
UPLOADS = "tests/api/test_uploads.py"
MULTIPART = "tests/api/test_multipart.py"
TAMPERING = "tests/api/test_tampering.py"

UPLOADING = (
    Mutant(
        name="put-of-any-size",
        promise="An upload URL takes the announced size and no other",
        file="app/adapters/storage.py",
        old='params["ContentLength"] = size_bytes',
        new="_ = size_bytes",
        tests=(
            f"{STORAGE}::TestPresignedPut::test_refuses_another_size",
            f"{UPLOADS}::TestUploadUrl::test_takes_no_other_size",
        ),
    ),
    Mutant(
        name="put-of-any-type",
        promise="An upload URL takes the signed content type and no other",
        file="app/adapters/storage.py",
        old='params: dict[str, Any] = {"Bucket": DATASETS, "Key": key, "ContentType": _CONTENT_TYPE}',
        new='params: dict[str, Any] = {"Bucket": DATASETS, "Key": key}',
        tests=(f"{STORAGE}::TestPresignedPut::test_refuses_another_type",),
    ),
    Mutant(
        name="put-of-any-checksum",
        promise="An upload URL with a checksum binds it",
        file="app/adapters/storage.py",
        old='            params["Metadata"] = {"sha256": sha256}\n',
        new="",
        tests=(f"{STORAGE}::TestPresignedPut::test_binds_a_checksum_that_was_given",),
    ),
    Mutant(
        name="part-of-any-size",
        promise="The URL of a part takes its size and no other",
        file="app/adapters/storage.py",
        old='{**params, "ContentLength": size_bytes}',
        new="params",
        tests=(f"{MULTIPART}::TestOpenUpload::test_signs_the_size_of_each_part",),
    ),
    Mutant(
        name="confirm-of-any-size",
        promise="A file of another size than announced is not confirmed",
        file="app/services/datasets/uploads.py",
        old="if size != dataset.file_size:",
        new="if size < 0:",
        tests=(f"{UPLOADS}::TestConfirmUpload::test_measures_the_file",),
    ),
    Mutant(
        name="confirm-of-any-checksum",
        promise="A file of another checksum than announced is not confirmed",
        file="app/services/datasets/uploads.py",
        old="if found != dataset.checksum_sha256:",
        new="if not found:",
        tests=(f"{UPLOADS}::TestConfirmUpload::test_hashes_the_file",),
    ),
    Mutant(
        name="confirm-of-nothing",
        promise="A file that never came is not confirmed",
        file="app/services/datasets/uploads.py",
        old="    if size is None:\n        fresh",
        new="    if size is None:\n        return\n    if size < 0:\n        fresh",
        tests=(f"{UPLOADS}::TestConfirmUpload::test_asks_for_the_file",),
    ),
    Mutant(
        name="confirm-without-parts",
        promise="A file of which parts are missing is not made",
        file="app/services/datasets/uploads.py",
        old="if missing := sorted((sizes.keys() | claimed.keys()) - agreed.keys()):",
        new="if not (missing := sorted(sizes.keys() | claimed.keys())):",
        tests=(f"{MULTIPART}::TestConfirmUpload::test_names_the_parts_that_are_missing",),
    ),
    Mutant(
        name="parts-of-any-length",
        promise="A part of another length does not count, whatever the store took",
        file="app/services/datasets/uploads.py",
        old="for number, part in held.items() if part.size_bytes == sizes.get(number)}",
        new="for number, part in held.items()}",
        tests=(f"{TAMPERING}::TestParts::test_of_another_length_do_not_count_in_a_store_that_took_them",),
    ),
    Mutant(
        name="parts-of-any-etag",
        promise="Only parts on which client and store agree make a file",
        file="app/services/datasets/uploads.py",
        old="for number, etag in whole.items() if claimed.get(number) == etag}",
        new="for number, etag in whole.items() if number in claimed}",
        tests=(f"{TAMPERING}::TestParts::test_are_refused_with_other_words_about_them",),
    ),
    Mutant(
        name="upload-after-confirm",
        promise="A confirmed dataset gives out no upload URLs any more",
        file="app/services/datasets/uploads.py",
        old="if dataset.deleted_at or dataset.status is not DatasetStatus.UPLOADING:",
        new="if dataset.status is None:",
        tests=(f"{UPLOADS}::TestUploadUrl::test_is_had_only_while_the_file_is_awaited",),
    ),
    Mutant(
        name="hash-not-pinned",
        promise="Another check of other bytes says so, every time",
        file="app/services/datasets/__init__.py",
        old="dataset.content_sha256 = dataset.content_sha256 or report.sha256",
        new="dataset.content_sha256 = report.sha256",
        tests=("tests/api/test_revalidation.py::TestTheSecondCheck::test_of_other_bytes_says_so_every_time",),
    ),
    Mutant(
        name="wrong-reading-believed",
        promise="One wrong reading of an object is not held against it",
        file="app/adapters/storage.py",
        old="_READINGS = 2",
        new="_READINGS = 1",
        tests=(f"{STORAGE}::TestObjects::test_that_arrive_wrong_once_are_read_again",),
    ),
    Mutant(
        name="withheld-taken-for-missing",
        promise="An object that the store names and does not give is not taken for missing",
        file="app/adapters/storage.py",
        old="if await self.size(bucket, key) is not None:",
        new="if await self.size(bucket, key) == -1:",
        tests=(f"{STORAGE}::TestObjects::test_that_the_store_names_and_does_not_give_are_not_missing",),
    ),
    Mutant(
        name="other-bytes-trained",
        promise="Bytes other than the validated ones are not trained",
        file="workers/training/__init__.py",
        old="    if not is_same:",
        new="    if is_same is None:",
        tests=(
            f"{TAMPERING}::TestSwap::test_by_a_replayed_put_after_validation_is_not_trained",
            f"{TAMPERING}::TestSwap::test_in_the_store_after_validation_is_not_trained",
        ),
    ),
    Mutant(
        name="file-name-is-a-path",
        promise="A file name holds no folders and no control characters",
        file="app/schemas/datasets.py",
        old="if not _FILE_NAME.fullmatch(value):",
        new="if not value:",
        tests=("tests/api/test_datasets.py::TestCreateDataset::test_refuses_every_other_file_name",),
    ),
    Mutant(
        name="gzip-bomb",
        promise="A file that unpacks to far more than it is stops early",
        file="app/domain/dataset_file/inflate.py",
        old="if self._bytes_out > max(_FREE_BYTES, _MAX_RATIO * (self._bytes_in - len(rest))):",
        new="if self._bytes_out < 0:",
        tests=(
            "tests/domain/dataset_file/test_inflate.py::TestInflate::test_stops_a_bomb_early_however_it_arrives",
        ),
    ),
)
