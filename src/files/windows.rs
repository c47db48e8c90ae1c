//! Windows access lists, and renaming that replaces nothing.
#![expect(unsafe_code, reason = "the standard library creates no file with an access list and renames only over files")]
#![expect(clippy::disallowed_types, reason = "the only room that touches the file system")]

use std::ffi::OsStr;
use std::fs::File;
use std::io;
use std::os::windows::ffi::OsStrExt;
use std::os::windows::io::AsRawHandle;
use std::os::windows::io::FromRawHandle;
use std::os::windows::io::OwnedHandle;
use std::path::Component;
use std::path::Path;
use std::path::Prefix;
use std::ptr;

use windows_sys::Win32::Foundation::ERROR_SUCCESS;
use windows_sys::Win32::Foundation::GENERIC_WRITE;
use windows_sys::Win32::Foundation::HLOCAL;
use windows_sys::Win32::Foundation::INVALID_HANDLE_VALUE;
use windows_sys::Win32::Foundation::LocalFree;
use windows_sys::Win32::Security::Authorization::ConvertSidToStringSidW;
use windows_sys::Win32::Security::Authorization::ConvertStringSecurityDescriptorToSecurityDescriptorW;
use windows_sys::Win32::Security::Authorization::GetNamedSecurityInfoW;
use windows_sys::Win32::Security::Authorization::SDDL_REVISION_1;
use windows_sys::Win32::Security::Authorization::SE_FILE_OBJECT;
use windows_sys::Win32::Security::DACL_SECURITY_INFORMATION;
use windows_sys::Win32::Security::GetTokenInformation;
use windows_sys::Win32::Security::PSECURITY_DESCRIPTOR;
use windows_sys::Win32::Security::SECURITY_ATTRIBUTES;
use windows_sys::Win32::Security::TOKEN_QUERY;
use windows_sys::Win32::Security::TOKEN_USER;
use windows_sys::Win32::Security::TokenUser;
use windows_sys::Win32::Storage::FileSystem::CREATE_NEW;
use windows_sys::Win32::Storage::FileSystem::CreateFileW;
use windows_sys::Win32::Storage::FileSystem::FILE_ATTRIBUTE_NORMAL;
use windows_sys::Win32::Storage::FileSystem::FILE_SHARE_DELETE;
use windows_sys::Win32::Storage::FileSystem::FILE_SHARE_READ;
use windows_sys::Win32::Storage::FileSystem::FILE_SHARE_WRITE;
use windows_sys::Win32::Storage::FileSystem::MOVEFILE_WRITE_THROUGH;
use windows_sys::Win32::Storage::FileSystem::MoveFileExW;
use windows_sys::Win32::System::SystemInformation::ComputerNamePhysicalDnsHostname;
use windows_sys::Win32::System::SystemInformation::GetComputerNameExW;
use windows_sys::Win32::System::Threading::GetCurrentProcess;
use windows_sys::Win32::System::Threading::OpenProcessToken;

/// Paths of this length and more need the `\\?\` form: `MAX_PATH` less a file name of the old 8.3 kind.
const LONG: usize = 248;

/// A new file that the user, SYSTEM and Administrators may use and nobody else; it inherits nothing from its folder.
pub(super) fn create_owner_only(path: &Path) -> io::Result<File> {
    create(path, &owner_only()?)
}

/// A new file that those may use who may use the file `old` in the same folder, be it by that file's own access list or
/// by what it inherits.
pub(super) fn create_like(old: &Path, path: &Path) -> io::Result<File> {
    create(path, &descriptor_of(old)?)
}

fn create(path: &Path, descriptor: &Descriptor) -> io::Result<File> {
    let path = wide(path)?;
    let attributes = SECURITY_ATTRIBUTES {
        nLength: u32::try_from(size_of::<SECURITY_ATTRIBUTES>()).map_err(io::Error::other)?,
        lpSecurityDescriptor: descriptor.0,
        bInheritHandle: 0,
    };
    // SAFETY: `path` ends in a zero, and it, `attributes` and the descriptor in it outlive the call.
    let handle = unsafe {
        CreateFileW(
            path.as_ptr(),
            GENERIC_WRITE,
            FILE_SHARE_READ | FILE_SHARE_WRITE | FILE_SHARE_DELETE,
            &raw const attributes,
            CREATE_NEW,
            FILE_ATTRIBUTE_NORMAL,
            ptr::null_mut(),
        )
    };
    if handle == INVALID_HANDLE_VALUE {
        return Err(io::Error::last_os_error());
    }
    // SAFETY: the handle was just opened, is valid, and nothing else owns it.
    Ok(unsafe { File::from_raw_handle(handle) })
}

/// Moves `from` to `to` unless something stands there; then it fails with `AlreadyExists`. Both are on one volume.
pub(super) fn publish(from: &Path, to: &Path) -> io::Result<()> {
    let (from, to) = (wide(from)?, wide(to)?);
    // SAFETY: both paths end in a zero and outlive the call.
    let moved = unsafe { MoveFileExW(from.as_ptr(), to.as_ptr(), MOVEFILE_WRITE_THROUGH) };
    if moved == 0 { Err(io::Error::last_os_error()) } else { Ok(()) }
}

/// A security descriptor with the user as its owner and a protected access list.
fn owner_only() -> io::Result<Descriptor> {
    let user = user_sid()?;
    // P: nothing is inherited; FA: all rights to the file; SY: SYSTEM; BA: Administrators.
    described(&format!("O:{user}D:P(A;;FA;;;{user})(A;;FA;;;SY)(A;;FA;;;BA)"))
}

/// The security descriptor that `text` describes in the system's own language (SDDL).
fn described(text: &str) -> io::Result<Descriptor> {
    let text = terminated(text.as_ref())?;
    let mut descriptor = ptr::null_mut();
    // SAFETY: `text` ends in a zero, and the system stores a pointer to a descriptor that it allocated.
    let converted = unsafe {
        ConvertStringSecurityDescriptorToSecurityDescriptorW(
            text.as_ptr(),
            SDDL_REVISION_1,
            &raw mut descriptor,
            ptr::null_mut(),
        )
    };
    if converted == 0 { Err(io::Error::last_os_error()) } else { Ok(Descriptor(descriptor)) }
}

/// The security descriptor of the file at `path`, of which only the access list was asked for.
fn descriptor_of(path: &Path) -> io::Result<Descriptor> {
    let path = wide(path)?;
    let mut descriptor = ptr::null_mut();
    // SAFETY: the path ends in a zero; what is not asked for may be null; the system allocates the descriptor.
    let result = unsafe {
        GetNamedSecurityInfoW(
            path.as_ptr(),
            SE_FILE_OBJECT,
            DACL_SECURITY_INFORMATION,
            ptr::null_mut(),
            ptr::null_mut(),
            ptr::null_mut(),
            ptr::null_mut(),
            &raw mut descriptor,
        )
    };
    match result {
        ERROR_SUCCESS => Ok(Descriptor(descriptor)),
        code => Err(io::Error::from_raw_os_error(code.cast_signed())),
    }
}

/// A security descriptor that the system allocated.
struct Descriptor(PSECURITY_DESCRIPTOR);

impl Drop for Descriptor {
    fn drop(&mut self) {
        // SAFETY: it was allocated with `LocalAlloc`, as the function that gave it says, and is freed once.
        unsafe { LocalFree(self.0 as HLOCAL) };
    }
}

/// The user that this process runs as, in the form `S-1-5-21-…`.
pub(super) fn user_sid() -> io::Result<String> {
    let mut token = ptr::null_mut();
    // SAFETY: the pseudo handle of this process is always valid, and `token` is written only on success.
    if unsafe { OpenProcessToken(GetCurrentProcess(), TOKEN_QUERY, &raw mut token) } == 0 {
        return Err(io::Error::last_os_error());
    }
    // SAFETY: the handle was just opened, and nothing else owns it.
    let token = unsafe { OwnedHandle::from_raw_handle(token) };

    let mut length = 0;
    // SAFETY: a null buffer of length 0 asks only for the length that is needed; the call is meant to fail.
    unsafe { GetTokenInformation(token.as_raw_handle(), TokenUser, ptr::null_mut(), 0, &raw mut length) };
    // u64, so that the buffer is aligned for the pointer in TOKEN_USER.
    let mut buffer = vec![0_u64; usize::try_from(length).map_err(io::Error::other)?.div_ceil(size_of::<u64>())];
    // SAFETY: the buffer has at least `length` bytes, which is all the system writes.
    let got = unsafe {
        GetTokenInformation(token.as_raw_handle(), TokenUser, buffer.as_mut_ptr().cast(), length, &raw mut length)
    };
    if got == 0 || buffer.len() * size_of::<u64>() < size_of::<TOKEN_USER>() {
        return Err(io::Error::last_os_error());
    }
    // SAFETY: the system filled the buffer with a TOKEN_USER; it is long enough and aligned, and lives on below.
    let user = unsafe { &*buffer.as_ptr().cast::<TOKEN_USER>() };

    let mut text = ptr::null_mut();
    // SAFETY: the SID lies in `buffer`; `text` is written only on success.
    if unsafe { ConvertSidToStringSidW(user.User.Sid, &raw mut text) } == 0 {
        return Err(io::Error::last_os_error());
    }
    // SAFETY: the system gave a text that ends in a zero, so every position up to that zero may be read; it is freed
    // once, after the last use, with the function that its documentation names.
    let sid = unsafe {
        let length = (0..).take_while(|&index| *text.add(index) != 0).count();
        let sid = String::from_utf16_lossy(std::slice::from_raw_parts(text, length));
        LocalFree(text as HLOCAL);
        sid
    };
    Ok(sid)
}

/// The machine's own name in DNS, without its domain.
pub(super) fn host_name() -> io::Result<String> {
    let mut length = 0;
    // SAFETY: a null buffer of length 0 asks only for the length that is needed; the call is meant to fail.
    unsafe { GetComputerNameExW(ComputerNamePhysicalDnsHostname, ptr::null_mut(), &raw mut length) };
    let mut name = vec![0_u16; usize::try_from(length).map_err(io::Error::other)?];
    // SAFETY: the buffer has `length` units, which is all the system writes; it then says how many those are.
    if unsafe { GetComputerNameExW(ComputerNamePhysicalDnsHostname, name.as_mut_ptr(), &raw mut length) } == 0 {
        return Err(io::Error::last_os_error());
    }
    name.truncate(usize::try_from(length).map_err(io::Error::other)?);
    Ok(String::from_utf16_lossy(&name))
}

/// `path` as the system takes it, in the `\\?\` form if it is long; a zero within it is refused.
fn wide(path: &Path) -> io::Result<Vec<u16>> {
    let absolute = std::path::absolute(path)?;
    let long = terminated(absolute.as_os_str())?;
    if long.len() < LONG {
        return terminated(path.as_os_str());
    }
    let prefix = match absolute.components().next() {
        Some(Component::Prefix(prefix)) => prefix.kind(),
        _ => return Ok(long),
    };
    let (form, skipped) = match prefix {
        Prefix::Disk(_) => (r"\\?\", 0),
        // `\\server\share` becomes `\\?\UNC\server\share`.
        Prefix::UNC(..) => (r"\\?\UNC\", 2),
        _ => return Ok(long),
    };
    Ok(form.encode_utf16().chain(long.into_iter().skip(skipped)).collect())
}

/// `text` in UTF-16 with a zero at its end.
fn terminated(text: &OsStr) -> io::Result<Vec<u16>> {
    let mut units: Vec<u16> = text.encode_wide().collect();
    if units.contains(&0) {
        return Err(io::ErrorKind::InvalidFilename.into());
    }
    units.push(0);
    Ok(units)
}

/// The access list of the file at `path` as text.
#[cfg(test)]
fn access_list(path: &Path) -> io::Result<String> {
    use windows_sys::Win32::Security::Authorization::ConvertSecurityDescriptorToStringSecurityDescriptorW;

    let descriptor = descriptor_of(path)?;
    let mut text = ptr::null_mut();
    // SAFETY: the descriptor is valid; the text ends in a zero and is freed once.
    unsafe {
        let length = ptr::null_mut();
        let converted = ConvertSecurityDescriptorToStringSecurityDescriptorW(
            descriptor.0,
            SDDL_REVISION_1,
            DACL_SECURITY_INFORMATION,
            &raw mut text,
            length,
        );
        assert_ne!(converted, 0);
        let length = (0..).take_while(|&index| *text.add(index) != 0).count();
        let list = String::from_utf16_lossy(std::slice::from_raw_parts(text, length));
        LocalFree(text as HLOCAL);
        Ok(list)
    }
}

#[cfg(test)]
mod tests;
