//! Steps over one object of the Java Object Serialization stream, which is how a JCEKS holds a secret key.
//!
//! Nothing is made of what the stream says: classes are known by their fields alone, so that the end of the object is
//! found, and no length is trusted before its octets were seen. Objects within objects, and the table of what later parts
//! refer back to, are bounded. Standard: "Java Object Serialization Specification", section 6.4.2, the grammar:
//!
//! ```text
//! stream     ACED, 0005, object
//! object     73 class classdata* | 75 class i32 value* | 74 text | 7C i64 octets | 71 i32 handle | 70
//! class      72 text i64 u8-flags u16 field* annotation class | 71 i32 handle | 70
//! field      type-code text [object, for the codes "[" and "L"]
//! annotation (object | 77 u8 octets | 7A i32 octets)* 78
//! ```

/// Objects and classes inside each other, and classes above each other. A sealed key takes three.
const MAX_DEPTH: usize = 16;

/// What may be referred back to. A sealed key makes about ten.
const MAX_HANDLES: usize = 1_000;

const HEADER: [u8; 4] = [0xac, 0xed, 0, 5];
const FIRST_HANDLE: u32 = 0x7e_0000;

const NULL: u8 = 0x70;
const REFERENCE: u8 = 0x71;
const CLASS: u8 = 0x72;
const OBJECT: u8 = 0x73;
const STRING: u8 = 0x74;
const ARRAY: u8 = 0x75;
const BLOCK: u8 = 0x77;
const END_OF_BLOCK: u8 = 0x78;
const LONG_BLOCK: u8 = 0x7a;
const LONG_STRING: u8 = 0x7c;

/// Class flags: what stands behind the fields, and how.
const HAS_ANNOTATION: u8 = 1;
const IS_SERIALIZABLE: u8 = 2;

/// The octets that the object at the beginning of `octets` takes, or what is wrong with it.
pub(super) fn length(octets: &[u8]) -> Result<usize, String> {
    let mut stream = Stream { octets, at: 0, handles: Vec::new(), depth: 0 };
    if stream.take(HEADER.len())? != HEADER {
        return Err("does not begin as Java's serialisation".to_owned());
    }
    stream.object()?;
    Ok(stream.at)
}

/// What is known of a class: how to step over its instances.
#[derive(Clone, Default)]
struct Class {
    flags: u8,
    /// The type code of each field.
    fields: Vec<u8>,
    /// The type code of an array's elements.
    element: Option<u8>,
    /// The handle of the class above.
    parent: Option<usize>,
}

struct Stream<'a> {
    octets: &'a [u8],
    at: usize,
    /// What may be referred back to; `None` is a thing that is no class.
    handles: Vec<Option<Class>>,
    depth: usize,
}

impl<'a> Stream<'a> {
    fn object(&mut self) -> Result<(), String> {
        let tag = self.u8()?;
        self.tagged_object(tag)
    }

    fn tagged_object(&mut self, tag: u8) -> Result<(), String> {
        self.descend()?;
        match tag {
            NULL => {}
            REFERENCE => {
                self.reference()?;
            }
            STRING => {
                self.new_handle(None)?;
                self.text()?;
            }
            LONG_STRING => {
                self.new_handle(None)?;
                let length = self.array().map(u64::from_be_bytes)?;
                self.take(usize::try_from(length).unwrap_or(usize::MAX))?;
            }
            ARRAY => {
                let class = self.class()?.ok_or("has an array without class")?;
                self.new_handle(None)?;
                let element = self.handles[class].as_ref().and_then(|class| class.element);
                let element = element.ok_or("has an array whose class is none of an array")?;
                let count = self.u32()?;
                match width(element) {
                    Some(width) => {
                        let length = usize::try_from(count).ok().and_then(|count| count.checked_mul(width));
                        self.take(length.unwrap_or(usize::MAX))?;
                    }
                    // Each object takes an octet at least, so the octets end before the count does.
                    None => (0..count).try_for_each(|_| self.object())?,
                }
            }
            OBJECT => {
                let class = self.class()?;
                self.new_handle(None)?;
                for class in self.lineage(class)? {
                    self.class_data(&class)?;
                }
            }
            other => return Err(format!("holds an element with tag {other:02X}, which no sealed key has")),
        }
        self.depth -= 1;
        Ok(())
    }

    /// A class description; gives its handle, or `None` where there is no class.
    fn class(&mut self) -> Result<Option<usize>, String> {
        match self.u8()? {
            NULL => Ok(None),
            REFERENCE => {
                let handle = self.reference()?;
                if self.handles[handle].is_none() {
                    Err("names as a class what is none".to_owned())
                } else {
                    Ok(Some(handle))
                }
            }
            CLASS => {
                self.descend()?;
                let element = self.text()?.strip_prefix(b"[").and_then(<[u8]>::first).copied();
                self.take(8)?;
                let handle = self.new_handle(Some(Class::default()))?;
                let flags = self.u8()?;
                let count = self.array().map(u16::from_be_bytes)?;
                let mut fields = Vec::new();
                for _ in 0..count {
                    let code = self.u8()?;
                    self.text()?;
                    if width(code).is_none() {
                        self.object()?;
                    }
                    fields.push(code);
                }
                self.annotation()?;
                let parent = self.class()?;
                self.handles[handle] = Some(Class { flags, fields, element, parent });
                self.depth -= 1;
                Ok(Some(handle))
            }
            other => Err(format!("has tag {other:02X} where a class should be described")),
        }
    }

    /// The class and those above it, the topmost first, which is the order of their data.
    fn lineage(&self, class: Option<usize>) -> Result<Vec<Class>, String> {
        let mut lineage = Vec::new();
        let mut next = class;
        while let Some(class) = next.and_then(|handle| self.handles.get(handle)).and_then(Option::as_ref) {
            // A stream may say that a class stands above itself.
            if lineage.len() == MAX_DEPTH {
                return Err(format!("has more than {MAX_DEPTH} classes above each other"));
            }
            lineage.push(class.clone());
            next = class.parent;
        }
        lineage.reverse();
        Ok(lineage)
    }

    fn class_data(&mut self, class: &Class) -> Result<(), String> {
        if class.flags & IS_SERIALIZABLE == 0 {
            return Err("holds an object that writes itself".to_owned());
        }
        for code in &class.fields {
            match width(*code) {
                Some(width) => {
                    self.take(width)?;
                }
                None => self.object()?,
            }
        }
        if class.flags & HAS_ANNOTATION == 0 { Ok(()) } else { self.annotation() }
    }

    fn annotation(&mut self) -> Result<(), String> {
        loop {
            let length = match self.u8()? {
                END_OF_BLOCK => return Ok(()),
                BLOCK => usize::from(self.u8()?),
                LONG_BLOCK => usize::try_from(self.u32()?).unwrap_or(usize::MAX),
                tag => {
                    self.tagged_object(tag)?;
                    continue;
                }
            };
            self.take(length)?;
        }
    }

    fn reference(&mut self) -> Result<usize, String> {
        let handle = self.u32()?.checked_sub(FIRST_HANDLE).and_then(|handle| usize::try_from(handle).ok());
        handle.filter(|handle| *handle < self.handles.len()).ok_or("refers to what was not there before".to_owned())
    }

    fn new_handle(&mut self, class: Option<Class>) -> Result<usize, String> {
        if self.handles.len() == MAX_HANDLES {
            return Err(format!("holds more than {MAX_HANDLES} objects"));
        }
        self.handles.push(class);
        Ok(self.handles.len() - 1)
    }

    fn descend(&mut self) -> Result<(), String> {
        self.depth += 1;
        if self.depth > MAX_DEPTH { Err(format!("holds objects more than {MAX_DEPTH} deep")) } else { Ok(()) }
    }

    fn text(&mut self) -> Result<&'a [u8], String> {
        let length = self.array().map(u16::from_be_bytes)?;
        self.take(usize::from(length))
    }

    fn u8(&mut self) -> Result<u8, String> {
        self.array().map(|[octet]| octet)
    }

    fn u32(&mut self) -> Result<u32, String> {
        self.array().map(u32::from_be_bytes)
    }

    fn array<const N: usize>(&mut self) -> Result<[u8; N], String> {
        let mut array = [0; N];
        array.copy_from_slice(self.take(N)?);
        Ok(array)
    }

    fn take(&mut self, length: usize) -> Result<&'a [u8], String> {
        let rest = &self.octets[self.at..];
        let taken = rest.get(..length).ok_or_else(|| format!("takes {length} bytes where {} are left", rest.len()))?;
        self.at += length;
        Ok(taken)
    }
}

/// The octets of a value of this type code, or `None` for an object.
fn width(code: u8) -> Option<usize> {
    match code {
        b'B' | b'Z' => Some(1),
        b'C' | b'S' => Some(2),
        b'F' | b'I' => Some(4),
        b'D' | b'J' => Some(8),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    /// A class without fields and with nothing above it.
    const CLASS_A: &[u8] = b"\x72\0\x01A\0\0\0\0\0\0\0\0\x02\0\0\x78\x70";

    fn stream(object: &[&[u8]]) -> Vec<u8> {
        [&HEADER[..], &object.concat()].concat()
    }

    #[test]
    fn an_object_ends_where_its_fields_do() {
        let whole = stream(&[&[OBJECT], CLASS_A]);
        assert_eq!(length(&[&whole[..], b"more"].concat()), Ok(whole.len()));
        let array = stream(&[b"\x75\x72\0\x02[I\0\0\0\0\0\0\0\0\x02\0\0\x78\x70\0\0\0\x02", &[1; 8]]);
        assert_eq!(length(&[&array[..], &[0; 9]].concat()), Ok(array.len()));
        for end in 0..array.len() {
            assert!(length(&array[..end]).is_err());
        }
    }

    #[test]
    fn lengths_depths_and_circles_are_bounded() {
        let refused = |object: &[&[u8]]| length(&stream(object)).unwrap_err();
        let long = refused(&[b"\x75\x72\0\x02[J\0\0\0\0\0\0\0\0\x02\0\0\x78\x70\xff\xff\xff\xff"]);
        assert!(long.contains("are left"), "{long}");
        // A class description whose class above is described in place, and so on.
        let tall = refused(&[&[OBJECT], &b"\x72\0\x01A\0\0\0\0\0\0\0\0\x02\0\0\x78".repeat(100_000)]);
        assert!(tall.contains("deep"), "{tall}");
        // Fields of class descriptions that are objects themselves.
        let deep = refused(&[&b"\x73\x72\0\x01A\0\0\0\0\0\0\0\0\x02\0\x01L\0\x01f".repeat(100_000)]);
        assert!(deep.contains("deep"), "{deep}");
        // A class that stands above itself.
        let circle = refused(&[b"\x73\x72\0\x01A\0\0\0\0\0\0\0\0\x02\0\0\x78\x71\0\x7e\0\0"]);
        assert!(circle.contains("above each other"), "{circle}");
        let crowd =
            refused(&[b"\x75\x72\0\x02[L\0\0\0\0\0\0\0\0\x02\0\0\x78\x70\0\x0f\xff\xff", &b"\x74\0\0".repeat(100_000)]);
        assert!(crowd.contains("1000 objects"), "{crowd}");
        assert!(refused(&[b"\x71\0\x7e\0\x05"]).contains("not there before"));
        assert!(length(b"\xac\xed\0\x04\x70").unwrap_err().contains("begin"));
    }

    proptest! {
        #[test]
        fn any_octets_are_stepped_over_or_refused(octets in prop::collection::vec(any::<u8>(), 0..200)) {
            if let Ok(length) = length(&stream(&[&octets])) {
                prop_assert!(length <= octets.len() + HEADER.len());
            }
        }
    }
}
