//! Containers in, their members out: one file a family.

mod compressed;
mod sevenz;
mod tar;
mod zip;

pub(crate) use self::{
    compressed::{read_bzip2, read_gzip, read_lzma, read_xz, read_zstd},
    sevenz::read as read_7z,
    tar::read as read_tar,
    zip::{code_page_437, read as read_zip},
};
