//! One request, and its answer in the same memory.
//!
//! The codec is `modbus-core`'s. Of it only what takes one whole frame is used: its
//! search for the beginning of a frame in a stream panics on some bytes, and TCP loses none
//! that would have to be found again.

use goe_runtime::device::Registered;
use goe_runtime::modbus::{Exception, Register, Table, longest_run};
use modbus_core::tcp::{Header, ResponseAdu};
use modbus_core::{Data, ExceptionResponse, FunctionCode, Request, Response, ResponsePdu, tcp};

/// Bytes before the function: transaction, protocol, length, unit.
pub const HEADER: usize = 7;

/// The longest frame, header included.
pub const FRAME_MAX: usize = HEADER + PDU_MAX;

/// The most bytes from the function on.
const PDU_MAX: usize = 253;

/// The most registers that a request reads.
const READ_MAX: u16 = 125;

/// The most registers that a request writes.
const WRITE_MAX: usize = 123;

/// Bytes of a frame in which all that a table of registers has can be asked for, and
/// answered: what asks for more is refused without being looked at.
pub const fn frame_for(registers: &[Register]) -> usize {
    // A request to write has a head of six bytes behind the header.
    let needed = HEADER + 6 + 2 * longest_run(registers);
    if needed < FRAME_MAX {
        needed
    } else {
        FRAME_MAX
    }
}

/// Bytes that follow a header; `None` if it is none of Modbus, so that nobody knows where
/// the next frame begins.
pub fn rest(header: &[u8; HEADER]) -> Option<usize> {
    let [_, _, protocol @ .., _, _, _] = header;
    let length = usize::from(u16::from_be_bytes([header[4], header[5]]));
    // The unit is counted, and a function there is always.
    let rest = length.checked_sub(1)?;
    (*protocol == [0, 0] && (1..=PDU_MAX).contains(&rest)).then_some(rest)
}

/// Answers the frame of so many bytes in place, and returns the length of the answer.
/// Any unit is this device. The memory is what is needed [for](frame_for) its table.
pub fn answer(device: &impl Registered, frame: &mut [u8], length: usize) -> usize {
    let Ok(Some(request)) = tcp::extract_frame(frame, length.saturating_sub(HEADER)) else {
        // It was received as its header says.
        return 0;
    };
    let header = Header {
        transaction_id: request.transaction_id,
        unit_id: request.unit_id,
    };
    let mut registers = [0; 2 * READ_MAX as usize];
    let function = request.pdu.first().copied().unwrap_or_default();
    let response = carry_out(device, request.pdu, &mut registers);
    let pdu = ResponsePdu(response.map_err(|exception| ExceptionResponse {
        function: FunctionCode::new(function & 0x7f),
        exception: match exception {
            Exception::Function => modbus_core::Exception::IllegalFunction,
            Exception::Address => modbus_core::Exception::IllegalDataAddress,
            Exception::Value => modbus_core::Exception::IllegalDataValue,
        },
    }));
    let answer = ResponseAdu { hdr: header, pdu };
    // There is room for each answer.
    tcp::server::encode_response(answer, frame).unwrap_or_default()
}

fn carry_out<'r>(
    device: &impl Registered,
    pdu: &[u8],
    registers: &'r mut [u8],
) -> Result<Response<'r>, Exception> {
    let (Some(3 | 4 | 16), Ok(request)) = (pdu.first(), Request::try_from(pdu)) else {
        return Err(match pdu.first() {
            // Bytes are missing.
            Some(3 | 4 | 16) => Exception::Value,
            _ => Exception::Function,
        });
    };
    match request {
        Request::ReadHoldingRegisters(first, count) if pdu.len() == 5 => {
            read(device, (Table::Holding, first, count), registers)
                .map(Response::ReadHoldingRegisters)
        }
        Request::ReadInputRegisters(first, count) if pdu.len() == 5 => {
            read(device, (Table::Input, first, count), registers).map(Response::ReadInputRegisters)
        }
        Request::WriteMultipleRegisters(first, data) => {
            let (count, bytes) = (data.len(), data.payload());
            let is_whole = bytes.len() == 2 * count && pdu.len() == 6 + bytes.len();
            if !is_whole || !(1..=WRITE_MAX).contains(&count) {
                return Err(Exception::Value);
            }
            device.write_registers(first, bytes)?;
            Ok(Response::WriteMultipleRegisters(first, count as u16))
        }
        _ => Err(Exception::Value),
    }
}

fn read<'r>(
    device: &impl Registered,
    (table, first, count): (Table, u16, u16),
    registers: &'r mut [u8],
) -> Result<Data<'r>, Exception> {
    let is_possible = (1..=READ_MAX).contains(&count);
    let bytes = registers.get_mut(..2 * usize::from(count));
    let bytes = bytes.filter(|_| is_possible).ok_or(Exception::Value)?;
    device.read_registers(table, first, bytes)?;
    Data::try_from(&*bytes).map_err(|_| Exception::Value)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn headers_of_others_are_known() {
        let header = |protocol: u8, length: u16| {
            let [high, low] = length.to_be_bytes();
            rest(&[1, 2, 0, protocol, high, low, 255])
        };
        assert_eq!(header(0, 6), Some(5));
        assert_eq!(header(0, 2), Some(1));
        assert_eq!(header(0, 254), Some(253));
        for wrong in [0, 1, 255, 256, 65_535] {
            assert_eq!(header(0, wrong), None, "{wrong}");
        }
        assert_eq!(header(1, 6), None);
    }
}
