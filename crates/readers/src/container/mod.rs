//! Containers in, their members out: one file a family.

mod ar;
mod arj;
mod cab;
mod compressed;
mod cpio;
mod exact;
mod lha;
mod lzw;
pub(crate) mod mark;
mod program;
mod rar;
mod rpm;
mod sevenz;
mod tar;
#[cfg(test)]
mod tests;
mod zip;
mod zip_directory;
mod zip_lock;

pub(crate) use self::{
    ar::read as read_ar,
    arj::read as read_arj,
    cab::read as read_cab,
    compressed::{
        read_brotli, read_bzip2, read_compress, read_gzip, read_lz4, read_lzma, read_snappy,
        read_xz, read_zlib, read_zstd,
    },
    cpio::read as read_cpio,
    lha::read as read_lha,
    program::read as read_program,
    rar::{is_volume as is_rar_volume, read as read_rar, read_xar},
    rpm::read as read_rpm,
    sevenz::read as read_7z,
    tar::read as read_tar,
    zip::{code_page_437, is_numbered, read as read_zip},
};
